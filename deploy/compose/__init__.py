"""What `docker-compose.yml` needs beside the image: secrets made on first start, probes, monitoring."""

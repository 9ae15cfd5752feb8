"""What `docker-compose.yml` needs beside the image: secrets made on the first start, health probes, monitoring."""

"""What free text gives away about people, and how it is hidden: pure, the same for every service."""

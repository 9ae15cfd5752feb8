"""One message of an officer to everyone whose report lies in a category, a region or a cluster."""

from services.routing.app import service
from shared.service import main

if __name__ == "__main__":
    main(service)

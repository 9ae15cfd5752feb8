from shared.db.migrate import run_environment

run_environment()

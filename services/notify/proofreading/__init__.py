"""The words before anybody gets them: samples of every message, previews, checks and versions."""

"""Following public cases and areas without an account: asked for, confirmed, told, and forgotten."""

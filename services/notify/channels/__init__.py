"""One small file a channel; each hands one message to one provider."""

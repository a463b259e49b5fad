"""The pages around the chat: rendered on the server, readable without a script."""

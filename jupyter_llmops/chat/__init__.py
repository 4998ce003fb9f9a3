"""The chat room: sessions, messages, the generation of answers, and what goes in and out as files."""

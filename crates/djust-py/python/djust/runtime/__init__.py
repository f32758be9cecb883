"""The runtime of live pages: one set of functions under HTTP, WebSocket and the test client."""

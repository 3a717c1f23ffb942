"""What the bylaws say about members: numbers, registration, standing on a day."""

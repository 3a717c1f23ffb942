"""What the bylaws say about sanctions, the dishonesty list and bans."""

"""What an applicant sees and sends."""

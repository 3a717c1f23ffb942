"""Applications: eligibility, documents, review steps, notices (入会申请)."""

"""Registries of consultancies and service providers (服务机构库)."""

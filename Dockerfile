# Written and parsed, never built: no container engine was at hand (docs/operations.md).
FROM python:3.11-slim-bookworm

RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /srv/huiji
COPY requirements-uv.lock requirements-production.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements-uv.lock \
 && uv pip install --system --no-cache --require-hashes -r requirements-production.lock

COPY . .
RUN useradd --system --home-dir /srv/huiji huiji \
 && mkdir -p var/data var/static \
 && python manage.py build_fonts \
 && chown -R huiji:huiji var
USER huiji

ENV HUIJI_ENV=production HUIJI_DATA_DIR=/srv/huiji/var/data HOST=0.0.0.0 PORT=8000
EXPOSE 8000
CMD ["gunicorn", "portal.wsgi"]

# Stands in for python:3.11-slim where no image registry is reached.
FROM debian:bookworm-slim
# The versions follow the release of the base, which is what is tried here.
# hadolint ignore=DL3008
RUN echo force-unsafe-io >/etc/dpkg/dpkg.cfg.d/force-unsafe-io \
    && apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*

# Stands in for rabbitmq:3.13-management where no image registry is reached: the same variables, user and folders.
# The server itself reads RABBITMQ_DEFAULT_USER and RABBITMQ_DEFAULT_PASS.
FROM debian:bookworm-slim
# The versions follow the release of the base, which is what is tried here.
# hadolint ignore=DL3008
RUN printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d \
    && chmod +x /usr/sbin/policy-rc.d \
    && groupadd --gid 999 rabbitmq \
    && useradd --uid 999 --gid 999 --home-dir /var/lib/rabbitmq rabbitmq \
    && echo force-unsafe-io >/etc/dpkg/dpkg.cfg.d/force-unsafe-io \
    && apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends rabbitmq-server \
    && rm -rf /var/lib/apt/lists/* /var/lib/rabbitmq/.erlang.cookie /var/lib/rabbitmq/mnesia \
    && echo '[rabbitmq_management].' >/etc/rabbitmq/enabled_plugins \
    && install --directory /etc/rabbitmq/conf.d
ENV HOME=/var/lib/rabbitmq
USER 999
CMD ["/usr/lib/rabbitmq/bin/rabbitmq-server"]

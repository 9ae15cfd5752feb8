# One image for the five services, provisioning and the command line; the target `catcher` adds an SMTP server.
#   docker build -t lapor:local .        docker build -t lapor-catcher:local --target catcher .

FROM python:3.13-slim AS packages
WORKDIR /build
COPY requirements/runtime.txt ./
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: --no-binary http-ece -r runtime.txt

FROM packages AS packages-of-catcher
COPY requirements/dev.txt ./
# The SMTP server and what it needs, as they are locked for developers; pip refuses if this list is not complete.
RUN awk '/^[a-z]/ { keep = /^(aiosmtpd|atpublic|attrs)==/ } keep' dev.txt > catcher.txt \
 && /venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: --target /catcher -r catcher.txt

FROM python:3.13-slim AS base
# A new volume belongs to whoever owns the folder it is mounted on.
RUN useradd --system --uid 10001 --user-group --no-create-home lapor \
 && install -d -o lapor -g lapor /var/lib/lapor/clock /var/lib/lapor/caught /var/lib/lapor/spool
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app:/catcher PYTHONUNBUFFERED=1
COPY --from=packages /venv /venv
COPY shared/ shared/
COPY services/ services/
COPY deploy/ deploy/
RUN python -m compileall -q .
USER lapor
# A container's secrets come from its environment, or from the file that compose hands it.
ENTRYPOINT ["sh", "/app/deploy/compose/with-keys"]

FROM base AS catcher
COPY --from=packages-of-catcher /catcher /catcher
CMD ["python", "-m", "deploy.local.catcher"]

FROM base AS lapor
# Name what to run: services.intake, .verification, .routing, .sla, .notify, deploy.provision, deploy.cli.main.
CMD ["python", "-m", "deploy.cli.main", "--help"]

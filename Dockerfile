# One image for the five services, the console, provisioning, the catcher and the command line.
#   docker build -t lapor:local .

FROM python:3.13-slim AS packages
WORKDIR /build
COPY requirements/runtime.txt ./
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: --no-binary http-ece -r runtime.txt

FROM python:3.13-slim
# A new volume belongs to whoever owns the folder it is mounted on.
RUN useradd --system --uid 10001 --user-group --no-create-home lapor \
 && install -d -o lapor -g lapor /var/lib/lapor/clock /var/lib/lapor/caught /var/lib/lapor/spool
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1
COPY --from=packages /venv /venv
COPY shared/ shared/
COPY services/ services/
COPY deploy/ deploy/
RUN python -m compileall -q .
USER lapor
# A container's secrets come from its environment, or from the file that compose hands it.
ENTRYPOINT ["sh", "/app/deploy/compose/with-keys"]
# Name what to run: services.intake, .verification, .routing, .sla, .notify, deploy.console,
# deploy.local.catcher, deploy.provision, deploy.cli.main.
CMD ["python", "-m", "deploy.cli.main", "--help"]

FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY lineage ./lineage
COPY queries ./queries
COPY api ./api
COPY migrations ./migrations
RUN python -m venv /opt/lineage \
 && /opt/lineage/bin/pip install --no-cache-dir --constraint constraints.txt '.[neo4j]' \
 && /opt/lineage/bin/pip uninstall --yes --quiet pip

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/lineage --create-home lineage \
 && python -m pip uninstall --yes --quiet pip
COPY --from=build /opt/lineage /opt/lineage
ENV PATH=/opt/lineage/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    LINEAGE_DB=sqlite:////var/lib/lineage/lineage.sqlite
USER 10001
WORKDIR /var/lib/lineage
VOLUME /var/lib/lineage
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["lineage-alive"]
ENTRYPOINT ["lineage"]
CMD ["serve"]

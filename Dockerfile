# syntax=docker/dockerfile:1
# Naru as an image: one binary and its site, without root, without a shell's worth of anything else.

FROM rust:1.95.0-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libssl-dev pkg-config \
    && rm -rf /var/lib/apt/lists/* \
    && rustup target add wasm32-unknown-unknown
WORKDIR /naru
ENV SQLX_OFFLINE=true

# The dependencies, in a layer that only a changed manifest or lock file makes anew: our crates are there as empty shells.
COPY Cargo.toml Cargo.lock rust-toolchain.toml ./
COPY .cargo .cargo
COPY app/Cargo.toml app/
COPY bench/Cargo.toml bench/
COPY connect/Cargo.toml connect/
COPY server/Cargo.toml server/
COPY xtask/Cargo.toml xtask/
RUN for crate in app bench connect server; do mkdir -p $crate/src && touch $crate/src/lib.rs; done \
    && for crate in bench server xtask; do mkdir -p $crate/src && echo 'fn main() {}' > $crate/src/main.rs; done \
    && cargo build --profile dist -p server \
    && cargo build --profile wasm-release -p app --lib --target wasm32-unknown-unknown \
        --no-default-features --features hydrate --target-dir target/wasm \
    && cargo build --profile ci -p xtask

COPY . .
# Copied files may be older than the shells' build; what cargo compares is the time of change.
RUN find app bench connect server xtask -name '*.rs' -exec touch {} + \
    && cargo xtask build --release

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libssl3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home naru
COPY --from=build /naru/target/dist/naru /usr/local/lib/naru/naru
# The server finds the site beside itself.
COPY --from=build /naru/target/dist/site /usr/local/lib/naru/site
RUN ln -s /usr/local/lib/naru/naru /usr/local/bin/naru
USER 10001
# Portal, Kafka Connect API, health and metrics.
EXPOSE 3000 8083 9464
ENTRYPOINT ["/usr/local/lib/naru/naru"]
CMD ["serve"]

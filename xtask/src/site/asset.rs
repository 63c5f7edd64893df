//! One file of the site, and its smaller twins.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

/// Formats that are compressed already.
const COMPRESSED: &[&str] = &["png", "jpg", "jpeg", "webp", "avif", "woff2"];

/// Writes a file whose name carries a hash of its content; returns that name, as a path from the site's root.
pub(super) fn write_hashed(site: &Path, stem: &str, extension: &str, content: &[u8]) -> Result<String> {
    let digest = Sha256::digest(content);
    let hash: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let path = format!("{stem}.{hash}.{extension}");
    write(site, &path, content)?;
    Ok(path)
}

/// Writes a file, and beside it `.br` and `.gz` where they are smaller.
pub(super) fn write(site: &Path, path: &str, content: &[u8]) -> Result<()> {
    let file = site.join(path);
    let folder = file.parent().context("A file of the site has no folder")?;
    fs::create_dir_all(folder).with_context(|| format!("Cannot make {}", folder.display()))?;
    put(&file, content)?;
    if file.extension().is_some_and(|extension| COMPRESSED.iter().any(|compressed| extension == *compressed)) {
        return Ok(());
    }
    for (suffix, smaller) in [("br", brotli(content)?), ("gz", gzip(content)?)] {
        if smaller.len() < content.len() {
            put(&site.join(format!("{path}.{suffix}")), &smaller)?;
        }
    }
    Ok(())
}

/// Brotli at its best: it is done once and read many times.
pub(super) fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let parameters = BrotliEncoderParams { quality: 11, size_hint: content.len(), ..BrotliEncoderParams::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut compressed, &parameters).context("Cannot compress with brotli")?;
    Ok(compressed)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).context("Cannot compress with gzip")?;
    encoder.finish().context("Cannot compress with gzip")
}

fn put(file: &Path, content: &[u8]) -> Result<()> {
    fs::write(file, content).with_context(|| format!("Cannot write {}", file.display()))
}

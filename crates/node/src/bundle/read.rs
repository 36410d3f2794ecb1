//! Reading a bundle: first the whole tar is checked against its index, then it serves resources like any
//! other source. Nothing is stored before the check has passed.

use std::{
    collections::BTreeMap,
    io::{self, Read as _, Seek as _, SeekFrom},
    sync::Mutex,
};

use async_trait::async_trait;
use bytes::Bytes;
use record::hash::Hash;

use super::{FILES_MAX, FORMAT, INDEX, INDEX_BYTES_MAX, Index};
use crate::{
    resource::Resource,
    source::{Source, SourceError},
};

/// Why a file is no bundle.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The file cannot be read.
    #[error("the bundle cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It does not begin as a tar does.
    #[error(
        "this is no bundle of a record, as `chancery export` writes it, or less than its beginning"
    )]
    NotABundle,
    /// The tar ends before its index.
    #[error("the bundle is cut short: it has {files} files and no index; copy it again")]
    CutShort {
        /// Whole files found.
        files: usize,
    },
    /// The index is not what it should be.
    #[error("the bundle's index cannot be read: {0}")]
    Index(String),
    /// A file is not what the index says.
    #[error("{name} in the bundle is not what its index says; copy it again")]
    Mismatch {
        /// Which.
        name: String,
    },
    /// Something follows the index, or a name stands twice.
    #[error("{name} in the bundle is out of place")]
    OutOfPlace {
        /// Which.
        name: String,
    },
    /// More files than a bundle has.
    #[error("the bundle has more than {FILES_MAX} files")]
    TooManyFiles,
}

/// What a bundle can be read from: a file, mostly.
pub trait Medium: io::Read + io::Seek + Send {}

impl<M: io::Read + io::Seek + Send> Medium for M {}

/// An opened bundle.
pub struct BundleFile {
    file: Mutex<Box<dyn Medium>>,
    places: BTreeMap<String, (u64, u64)>,
    index: Index,
}

impl BundleFile {
    /// Checks every file against the index, reading each once.
    ///
    /// # Errors
    /// [`BundleError`].
    pub fn open(file: impl Medium + 'static) -> Result<Self, BundleError> {
        let mut file: Box<dyn Medium> = Box::new(file);
        let (places, hashes, index) = scan(&mut *file)?;
        if index.v != 1 || index.bundle != FORMAT {
            return Err(BundleError::Index(format!(
                "it is {} version {}",
                index.bundle, index.v
            )));
        }
        if index.files.len() != places.len() {
            let name = "the list of files".to_owned();
            return Err(BundleError::Mismatch { name });
        }
        for listed in &index.files {
            let (Some((_, bytes)), Some(hash)) =
                (places.get(&listed.name), hashes.get(&listed.name))
            else {
                return Err(BundleError::Mismatch {
                    name: listed.name.clone(),
                });
            };
            if *bytes != listed.bytes || *hash != listed.sha256 {
                return Err(BundleError::Mismatch {
                    name: listed.name.clone(),
                });
            }
        }
        Ok(Self {
            file: Mutex::new(file),
            places,
            index,
        })
    }

    /// The index.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Names that begin with `prefix`, in order.
    pub fn names<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        self.places
            .range(prefix.to_owned()..)
            .map(|(name, _)| name.as_str())
            .take_while(move |name| name.starts_with(prefix))
    }

    /// One file of the bundle.
    ///
    /// # Errors
    /// [`BundleError::Io`].
    pub fn read(&self, name: &str) -> Result<Option<Bytes>, BundleError> {
        let Some(&(offset, bytes)) = self.places.get(name) else {
            return Ok(None);
        };
        let length = usize::try_from(bytes).map_err(io::Error::other)?;
        let mut buffer = vec![0; length];
        let mut file = self
            .file
            .lock()
            .map_err(|_| io::Error::other("the bundle's lock is poisoned"))?;
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(&mut buffer)?;
        Ok(Some(buffer.into()))
    }
}

impl std::fmt::Debug for BundleFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BundleFile")
            .field("index", &self.index)
            .finish_non_exhaustive()
    }
}

type Places = BTreeMap<String, (u64, u64)>;

/// Where a tar says that it is one, in its first header.
const TAR_MAGIC: (usize, &[u8]) = (257, b"ustar");

fn is_a_tar(file: &mut dyn Medium) -> io::Result<bool> {
    let (at, magic) = TAR_MAGIC;
    let mut head = Vec::new();
    io::Read::take(&mut *file, (at + magic.len()) as u64).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(head.get(at..) == Some(magic))
}

fn scan(file: &mut dyn Medium) -> Result<(Places, BTreeMap<String, Hash>, Index), BundleError> {
    if !is_a_tar(file)? {
        return Err(BundleError::NotABundle);
    }
    let mut places = Places::new();
    let mut hashes = BTreeMap::new();
    let mut index = None;
    let mut archive = tar::Archive::new(file);
    let mut buffer = Vec::new();
    for entry in archive.entries()? {
        // A tar that ends in the middle of a file ends with an error here.
        let Ok(mut entry) = entry else {
            return Err(BundleError::CutShort {
                files: places.len(),
            });
        };
        let name = entry.path()?.to_str().unwrap_or_default().to_owned();
        if index.is_some() {
            return Err(BundleError::OutOfPlace { name });
        }
        let bytes = entry.size();
        if name == INDEX {
            if bytes > INDEX_BYTES_MAX {
                return Err(BundleError::Index(format!(
                    "it has {bytes} bytes, the limit is {INDEX_BYTES_MAX}"
                )));
            }
            buffer.clear();
            entry.read_to_end(&mut buffer)?;
            if buffer.len() as u64 != bytes {
                return Err(BundleError::CutShort {
                    files: places.len(),
                });
            }
            let parsed = serde_json::from_slice(&buffer)
                .map_err(|error| BundleError::Index(error.to_string()))?;
            index = Some(parsed);
            continue;
        }
        if places.len() == FILES_MAX {
            return Err(BundleError::TooManyFiles);
        }
        let offset = entry.raw_file_position();
        let (hash, read) = hash_of(&mut entry)?;
        if read != bytes {
            return Err(BundleError::CutShort {
                files: places.len(),
            });
        }
        hashes.insert(name.clone(), hash);
        if places.insert(name.clone(), (offset, bytes)).is_some() {
            return Err(BundleError::OutOfPlace { name });
        }
    }
    match index {
        Some(index) => Ok((places, hashes, index)),
        None => Err(BundleError::CutShort {
            files: places.len(),
        }),
    }
}

fn hash_of(reader: &mut impl io::Read) -> io::Result<(Hash, u64)> {
    let mut digest = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    let mut buffer = vec![0; 64 << 10];
    let mut total = 0;
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => {
                digest.update(&buffer[..read]);
                total += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
            Err(error) => return Err(error),
        }
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(digest.finish().as_ref());
    Ok((Hash::new(hash), total))
}

#[async_trait]
impl Source for BundleFile {
    fn name(&self) -> String {
        format!("the bundle of {}", self.index.from)
    }

    async fn fetch(&self, resource: &Resource) -> Result<Option<Bytes>, SourceError> {
        let Some(name) = resource.bundle_name() else {
            return Ok(None);
        };
        self.read(&name).map_err(|error| SourceError::Unreachable {
            name: Source::name(self),
            why: error.to_string(),
        })
    }
}

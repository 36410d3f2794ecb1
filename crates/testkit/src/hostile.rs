//! A source that lies: a real node's answers with one of them altered, so that an attack is one line of a test.

use async_trait::async_trait;
use bytes::Bytes;
use node::{
    Node,
    resource::Resource,
    source::{Source, SourceError},
};
use record::name::Host;

type Alter = Box<dyn Fn(&Resource, Option<Bytes>) -> Option<Bytes> + Send + Sync>;

/// The answers of a node to one asker, altered.
pub struct HostileSource {
    name: String,
    asker: Host,
    node: Node,
    alter: Alter,
}

impl HostileSource {
    /// What `node` would answer `asker`, put through `alter`; called like the node's own party.
    pub fn new(
        node: &Node,
        asker: &Node,
        alter: impl Fn(&Resource, Option<Bytes>) -> Option<Bytes> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: node.me().to_string(),
            asker: asker.me().clone(),
            node: node.clone(),
            alter: Box::new(alter),
        }
    }

    /// The same under another name: a relay.
    pub fn called(mut self, name: &str) -> Self {
        self.name = name.to_owned();
        self
    }
}

#[async_trait]
impl Source for HostileSource {
    fn name(&self) -> String {
        self.name.clone()
    }

    async fn fetch(&self, resource: &Resource) -> Result<Option<Bytes>, SourceError> {
        let answer = self.node.resource(&self.asker, resource).await;
        let answer = answer.map_err(|error| SourceError::Refused {
            name: self.name.clone(),
            resource: resource.path(),
            why: error.to_string(),
        })?;
        Ok((self.alter)(resource, answer))
    }
}

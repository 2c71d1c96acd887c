//! Where figures are made and gathered.

use prometheus::core::Collector;
#[cfg(target_os = "linux")]
use prometheus::process_collector::ProcessCollector;
use prometheus::{Encoder, IntGauge, Registry, TextEncoder};

/// The registry; its figures have names that are constants, so they are right or never were.
pub(super) struct Figures(Registry);

impl Figures {
    /// Makes a registry that has the figures of the process already; on Linux alone.
    pub(super) fn new() -> Self {
        let registry = Registry::new();
        #[cfg(target_os = "linux")]
        registry
            .register(Box::new(ProcessCollector::for_self()))
            .expect("the registry was empty");
        Self(registry)
    }

    /// Registers a figure.
    ///
    /// # Panics
    ///
    /// If two have the same name, which every test would notice.
    pub(super) fn add<C: Collector + Clone + 'static>(&self, figure: prometheus::Result<C>) -> C {
        let figure = figure.expect("the name and the labels are well formed");
        let added = self.0.register(Box::new(figure.clone()));
        added.expect("no other figure has this name");
        figure
    }

    pub(super) fn gauge(&self, name: &str, help: &str) -> IntGauge {
        self.add(IntGauge::new(name, help))
    }

    /// Returns all figures in the text format of Prometheus.
    pub(super) fn text(&self) -> Result<Vec<u8>, prometheus::Error> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.0.gather(), &mut text)?;
        Ok(text)
    }
}

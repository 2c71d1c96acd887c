//! Where metrics are made and gathered.

use prometheus::core::Collector;
#[cfg(target_os = "linux")]
use prometheus::process_collector::ProcessCollector;
use prometheus::{Encoder, IntGauge, Registry, TextEncoder};

/// The registry; its metrics have names that are constants, so they are right or never were.
pub(super) struct MetricRegistry(Registry);

impl MetricRegistry {
    /// Makes a registry that has the metrics of the process already; on Linux alone.
    pub(super) fn new() -> Self {
        let registry = Registry::new();
        #[cfg(target_os = "linux")]
        registry
            .register(Box::new(ProcessCollector::for_self()))
            .expect("the registry was empty");
        Self(registry)
    }

    /// Registers a metric.
    ///
    /// # Panics
    ///
    /// If two have the same name, which every test would notice.
    pub(super) fn add<C: Collector + Clone + 'static>(&self, metric: prometheus::Result<C>) -> C {
        let metric = metric.expect("the name and the labels are well formed");
        let added = self.0.register(Box::new(metric.clone()));
        added.expect("no other metric has this name");
        metric
    }

    pub(super) fn gauge(&self, name: &str, help: &str) -> IntGauge {
        self.add(IntGauge::new(name, help))
    }

    /// Returns all metrics in the text format of Prometheus.
    pub(super) fn text(&self) -> Result<Vec<u8>, prometheus::Error> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.0.gather(), &mut text)?;
        Ok(text)
    }
}

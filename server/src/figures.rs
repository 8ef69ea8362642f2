//! The figures that one alarms on, counted where things happen: no path of a request, nobody's name or number.
//!
//! A process counts for itself, so they are one static, [`FIGURES`]. `metrics` hands them out, together with what is not
//! counted but stands somewhere.

use std::{sync::LazyLock, time::Duration};

use prometheus::{
    Encoder as _, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, Opts, Registry,
    TextEncoder, core::Collector, process_collector::ProcessCollector,
};

/// What this process has counted so far.
pub static FIGURES: LazyLock<Figures> = LazyLock::new(Figures::new);

/// From a millisecond to half a minute, where a request is cut off.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];
/// Jobs that one commit takes.
const JOBS: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// Everything that is counted.
pub struct Figures {
    registry: Registry,
    requests: IntCounterVec,
    request_seconds: HistogramVec,
    /// Requests whose answer has not begun.
    pub requests_in_flight: IntGauge,
    problems: IntCounterVec,
    check_ins: IntCounterVec,
    /// Jobs of a batch of writes.
    pub writer_batch: Histogram,
    /// A commit, to the disk and back.
    pub writer_commit_seconds: Histogram,
    /// Batches that were not committed.
    pub writer_errors: IntCounter,
    /// Open live walls.
    pub live_listeners: IntGauge,
    /// Walls that fell behind and were told to read anew.
    pub live_resyncs: IntCounter,
}

impl Figures {
    fn new() -> Self {
        let registry = Registry::new();
        let figures = Self {
            requests: kept(
                &registry,
                IntCounterVec::new(
                    Opts::new("guiyan_requests_total", "Answered requests, by the route's template"),
                    &["route", "method", "status"],
                ),
            ),
            request_seconds: kept(
                &registry,
                HistogramVec::new(
                    HistogramOpts::new("guiyan_request_duration_seconds", "Until an answer began")
                        .buckets(SECONDS.to_vec()),
                    &["route", "method"],
                ),
            ),
            requests_in_flight: kept(
                &registry,
                IntGauge::new("guiyan_requests_in_flight", "Requests whose answer has not begun"),
            ),
            problems: kept(
                &registry,
                IntCounterVec::new(Opts::new("guiyan_problems_total", "Problems answered, by their code"), &["code"]),
            ),
            check_ins: kept(
                &registry,
                IntCounterVec::new(
                    Opts::new("guiyan_check_ins_total", "What became of check-ins"),
                    &["verdict", "reason"],
                ),
            ),
            writer_batch: kept(
                &registry,
                Histogram::with_opts(
                    HistogramOpts::new("guiyan_writer_batch_jobs", "Jobs that one commit took").buckets(JOBS.to_vec()),
                ),
            ),
            writer_commit_seconds: kept(
                &registry,
                Histogram::with_opts(
                    HistogramOpts::new("guiyan_writer_commit_duration_seconds", "A commit, to the disk and back")
                        .buckets(SECONDS.to_vec()),
                ),
            ),
            writer_errors: kept(
                &registry,
                IntCounter::new("guiyan_writer_errors_total", "Batches of writes that were not committed"),
            ),
            live_listeners: kept(&registry, IntGauge::new("guiyan_live_listeners", "Open live walls")),
            live_resyncs: kept(
                &registry,
                IntCounter::new("guiyan_live_resyncs_total", "Live walls that fell behind and had to read anew"),
            ),
            registry,
        };
        // They are there from the start, so that the first one is an increase and raises its alarm.
        for code in ["sign_in_failed", "too_many_requests", "internal", "unavailable", "timeout"] {
            figures.problems.with_label_values(&[code]);
        }
        let build = Opts::new("guiyan_build_info", "Always 1; what runs here").const_label("version", VERSION);
        kept(&figures.registry, IntGauge::with_opts(build)).set(1);
        // Processor time, memory, file descriptors and start; without them the others still stand.
        if let Err(error) = figures.registry.register(Box::new(ProcessCollector::for_self())) {
            tracing::warn!(%error, "no figures of the process");
        }
        figures
    }

    /// Counts an answered request. `route` is a template, never a path.
    pub fn request(&self, route: &str, method: &str, status: u16, took: Duration) {
        let class = match status / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            _ => "5xx",
        };
        self.requests.with_label_values(&[route, method, class]).inc();
        self.request_seconds.with_label_values(&[route, method]).observe(took.as_secs_f64());
    }

    /// Counts a problem that was answered.
    pub fn problem(&self, code: &str) {
        self.problems.with_label_values(&[code]).inc();
    }

    /// Counts what became of a check-in; an empty reason where it counts.
    pub fn check_in(&self, verdict: &str, reason: &str) {
        self.check_ins.with_label_values(&[verdict, reason]).inc();
    }

    /// Appends them in the text form of Prometheus.
    pub fn write(&self, text: &mut Vec<u8>) -> prometheus::Result<()> {
        TextEncoder::new().encode(&self.registry.gather(), text)
    }
}

/// The version of this program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Registers a figure. Its name and help are constants, so a test that asks for the figures once shows them to be good.
fn kept<C: Collector + Clone + 'static>(registry: &Registry, figure: prometheus::Result<C>) -> C {
    let figure = figure.expect("a figure's name is one");
    registry.register(Box::new(figure.clone())).expect("no two figures have one name");
    figure
}

// Groups of measurements, each with stores of its own below the directory.
#pragma once

#include "benchmarks/bench_support.h"

namespace diotima {

// Resolve for aggregation, for expansion and for eight upstream features.
void BenchLineage(const BenchOptions& options, ResultTable* table);

// Samples of five versions, and deletes that cascade.
void BenchHistory(const BenchOptions& options, ResultTable* table);

// Hard deletes, compaction, purges.
void BenchDeletes(const BenchOptions& options, ResultTable* table);

// Bulk commits from batches, Arrow and JSON Lines, and small ones.
void BenchIngest(const BenchOptions& options, ResultTable* table);

// The buffered writer: rows/s until they are flushed, and how long a Put takes.
void BenchWriter(const BenchOptions& options, ResultTable* table);

// What each default of TuningOptions costs.
void BenchTuning(const BenchOptions& options, ResultTable* table);

// Backups, restores and checkpoints beside `cp -r`.
void BenchBackup(const BenchOptions& options, ResultTable* table);

}  // namespace diotima

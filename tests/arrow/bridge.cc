// The store as C functions, so that a program without C++ can pass Arrow streams to it and take
// them. Where a function fails it gives a null pointer or -1, and LastError() has the message of
// this thread.
#include <diotima/arrow_export.h>
#include <diotima/arrow_import.h>
#include <diotima/store.h>

#include <cstring>

namespace {

thread_local std::string last_error;

bool Failed(const diotima::Status& status) {
  last_error = status.ok() ? "" : status.ToString();
  return !status.ok();
}

// "a,b" in its parts; none of nothing.
std::vector<std::string> Split(const char* text) {
  std::vector<std::string> parts;
  for (const char* at = text; at != nullptr && *at != '\0';) {
    const char* end = std::strchr(at, ',');
    parts.push_back(end == nullptr ? std::string(at) : std::string(at, end));
    at = end == nullptr ? nullptr : end + 1;
  }
  return parts;
}

template <typename AnyCursor>
int Export(diotima::Result<AnyCursor> cursor, const diotima::ArrowOptions& options,
           ArrowArrayStream* out) {
  if (Failed(cursor.status())) return -1;
  return Failed(diotima::ExportArrow(*std::move(cursor), out, options)) ? -1 : 0;
}

}  // namespace

extern "C" {

const char* LastError() { return last_error.c_str(); }

diotima::Store* OpenStore(const char* path, const char* graph) {
  auto parsed = diotima::Graph::FromText(graph, diotima::GraphFormat::kToml);
  if (Failed(parsed.status())) return nullptr;
  auto store = diotima::Store::Open(path, {.graph = *parsed});
  return Failed(store.status()) ? nullptr : store->release();
}

void CloseStore(diotima::Store* store) { delete store; }

// The number of rows.
int64_t WriteRows(diotima::Store* store, const char* feature, ArrowArrayStream* rows) {
  const auto written = store->Write(feature, rows);
  return Failed(written.status()) ? -1 : static_cast<int64_t>(written->rows);
}

// `columns`: names with commas between; null: all.
int ReadRows(diotima::Store* store, const char* feature, const char* columns, int64_t chunk_rows,
             ArrowArrayStream* out) {
  diotima::ReadOptions options;
  options.columns = Split(columns);
  return Export(store->Read(feature, options), {.chunk_rows = static_cast<size_t>(chunk_rows)},
                out);
}

// `samples` may be null; `only`: names of changes with commas between; null: all.
int ResolveUpdate(diotima::Store* store, const char* feature, ArrowArrayStream* samples,
                  const char* only, int64_t chunk_rows, ArrowArrayStream* out) {
  diotima::ResolveOptions options;
  std::unique_ptr<diotima::RowReader> reader;
  if (samples != nullptr) {
    auto opened = diotima::ReadArrow(samples);
    if (Failed(opened.status())) return -1;
    reader = *std::move(opened);
    options.samples = reader.get();
  }
  diotima::ArrowOptions arrow{.chunk_rows = static_cast<size_t>(chunk_rows)};
  for (const auto& name : Split(only)) {
    for (auto change :
         {diotima::Change::kNew, diotima::Change::kStale, diotima::Change::kOrphaned}) {
      if (name == diotima::ChangeName(change)) arrow.only.push_back(change);
    }
  }
  return Export(store->ResolveUpdate(feature, options), arrow, out);
}

}  // extern "C"

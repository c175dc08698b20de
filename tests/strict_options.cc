// Names a member of each options struct, as an application does. install_test.py compiles it with
// all warnings as errors: a member without a default would make one.
#include <diotima/buffered_writer.h>
#include <diotima/store.h>
#include <diotima/text.h>

#include <chrono>
#include <vector>

const diotima::FeatureSpec kSpec{
    .key = "a",
    .id_columns = {"id"},
    .fields = {{.key = "audio"}},
    .deps = {{.feature = "b", .optional = true}},
};

diotima::Status UseAll(const diotima::Graph& graph) {
  using namespace std::chrono_literals;
  const diotima::StoreOptions open{.graph = graph, .tuning = {.zstd_level = 5}};
  auto opened = diotima::Store::Open("store", open);
  if (!opened.ok()) return opened.status();
  diotima::Store& store = **opened;
  const diotima::RowBatch rows;
  std::vector<diotima::Status> all = {
      store.Write("a", rows, {.sync = false}).status(),
      store.Read("a", {.filters = {"size > 1"}, .as_of = diotima::FromMicros(1)}).status(),
      store.ResolveUpdate("a", {.global_filters = {"size > 1"}}).status(),
      store.Delete("a", {.mode = diotima::DeleteMode::kHard}).status(),
      store.Rebase("a", {.from = "1"}).status(),
      store.CopyFrom(store, {.features = {"a"}}).status(),
      store.Compact({.features = {"a"}}).status(),
      store.Purge({.older_than = 24h}).status(),
      store.Verify({}).status(),
      store.Backup("backups", {.keep = 7}).status(),
      diotima::Store::Restore("backups", "restored", {}).status(),
      store.Stats({.scan = false}).status(),
      diotima::BufferedWriter::Create(&store, {.max_rows = 10}).status(),
  };
  diotima::TextOptions text{.batch_rows = 10};
  if (text.batch_rows != 10) return diotima::Status::InvalidArgument("batch_rows");
  for (const auto& status : all) {
    if (!status.ok()) return status.Prefixed("store: ");
  }
  return diotima::Status::Ok();
}

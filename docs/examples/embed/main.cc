// Usage: embed FEATURES.toml STORE
#include <diotima/status_macros.h>
#include <diotima/store.h>

#include <iostream>
#include <string>

namespace {

// One photo has come in, with the hashes of its two parts.
diotima::RowBatch Photo(std::string_view name, std::string_view pixels, std::string_view caption) {
  diotima::RowBatch rows;
  rows.AddRow();
  rows.Set("name", name);
  rows.SetMap(diotima::kProvenanceByField, {{"pixels", pixels}, {"caption", caption}});
  return rows;
}

// Makes the thumbnails that are new or stale, and records them.
diotima::Status MakeThumbnails(diotima::Store& store) {
  DIOTIMA_ASSIGN(auto update, store.ResolveUpdate("photo/thumbnail"));
  diotima::RowBatch made;
  for (const auto& [change, photo] : update) {
    if (change == diotima::Change::kOrphaned) continue;
    DIOTIMA_ASSIGN(const auto name, photo.Get<std::string>("name"));
    std::cout << diotima::ChangeName(change) << " " << name << "\n";
    // … the work goes here. The hashes of what it was made from are kept with the result:
    made.AddRow();
    made.Set("name", name);
    made.Set(diotima::kProvenanceByField, photo.Get(diotima::kProvenanceByField));
  }
  DIOTIMA_TRY(update.status());
  DIOTIMA_ASSIGN(const auto written, store.Write("photo/thumbnail", made));  // all rows, or none
  std::cout << "made " << written.rows << "\n";
  return diotima::Status::Ok();
}

diotima::Status Run(const std::string& features, const std::string& path) {
  DIOTIMA_ASSIGN(const auto graph, diotima::Graph::FromFile(features));
  DIOTIMA_ASSIGN(const auto store, diotima::Store::Open(path, {.graph = graph}));
  for (const auto& photo : {Photo("cat.png", "p1", "c1"), Photo("dog.png", "p2", "c2"),
                            Photo("cat.png", "p1", "a new caption"),  // nothing to do
                            Photo("dog.png", "new pixels", "c2")}) {  // made again
    DIOTIMA_TRY(store->Write("photo", photo).status());
    DIOTIMA_TRY(MakeThumbnails(*store));
  }
  return diotima::Status::Ok();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::cerr << "usage: embed FEATURES.toml STORE\n", 2;
  diotima::Status status = Run(argv[1], argv[2]);
  if (!status.ok()) std::cerr << status.ToString() << "\n";
  return status.ok() ? 0 : 1;
}

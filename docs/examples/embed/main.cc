// Usage: embed FEATURES.toml STORE
#include <diotima/store.h>

#include <iostream>

namespace {

// One photo has come in, with the hashes of its two parts.
diotima::RowBatch Photo(std::string_view name, std::string_view pixels, std::string_view caption) {
  diotima::RowBatch rows;
  rows.AddRow();
  rows.Set("name", diotima::Value::String(name));
  rows.SetMap(rows.AddColumn(diotima::kProvenanceByField),
              {{"pixels", pixels}, {"caption", caption}});
  return rows;
}

// Makes the thumbnails that are new or stale, and records them.
diotima::Status MakeThumbnails(diotima::Store& store) {
  auto update = store.ResolveUpdate("photo/thumbnail");
  if (!update.ok()) return update.status();
  diotima::RowBatch made;
  for (; update->Valid(); update->Next()) {
    if (update->change() == diotima::Change::kOrphaned) continue;
    const diotima::Row& photo = update->row();
    std::cout << diotima::ChangeName(update->change()) << " " << photo.Get("name").text() << "\n";
    // … the work goes here. The hashes of what it was made from are kept with the result:
    made.AddRow();
    made.Set("name", photo.Get("name"));
    made.Set(diotima::kProvenanceByField, photo.Get(diotima::kProvenanceByField));
  }
  if (!update->status().ok()) return update->status();
  auto written = store.Write("photo/thumbnail", made);  // one commit: all or nothing
  if (written.ok()) std::cout << "made " << written->rows << "\n";
  return written.status();
}

diotima::Status Run(const std::string& features, const std::string& path) {
  auto graph = diotima::Graph::FromFile(features);
  if (!graph.ok()) return graph.status();
  auto opened = diotima::Store::Open(path, {.graph = *graph});
  if (!opened.ok()) return opened.status();
  diotima::Store& store = **opened;

  for (const auto& photo : {Photo("cat.png", "p1", "c1"), Photo("dog.png", "p2", "c2"),
                            Photo("cat.png", "p1", "a new caption"),  // nothing to do
                            Photo("dog.png", "new pixels", "c2")}) {  // made again
    if (auto written = store.Write("photo", photo); !written.ok()) return written.status();
    if (auto status = MakeThumbnails(store); !status.ok()) return status;
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::cerr << "usage: embed FEATURES.toml STORE\n", 2;
  diotima::Status status = Run(argv[1], argv[2]);
  if (!status.ok()) std::cerr << status.ToString() << "\n";
  return status.ok() ? 0 : 1;
}

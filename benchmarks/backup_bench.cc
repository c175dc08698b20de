// Backups, restores and checkpoints beside a plain copy of the same files.
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "benchmarks/bench_groups.h"
#include "benchmarks/bench_rows.h"

namespace diotima {
namespace {

namespace fs = std::filesystem;

class BackupBench {
 public:
  BackupBench(const BenchOptions& options, ResultTable* table)
      : options_(options),
        table_(*table),
        path_(options.StorePath("to-back-up")),
        backups_(options.StorePath("backups")),
        copy_(options.StorePath("copied")) {}

  void Run() {
    for (const auto& path : {path_, backups_, copy_}) fs::remove_all(path);
    Fill();
    bytes_ = DirectoryBytes(path_);
    const Measurement plain = Plain();
    table_.Add("cp -r of a store, synced", plain);
    NoteSpeed(plain);
    Add("backup, the first", plain, [&](Store* store) { Take(store->Backup(backups_)); });
    Add("backup, nothing changed", plain, [&](Store* store) { Take(store->Backup(backups_)); });
    Append();
    Add("backup, 1 % more rows", plain, [&](Store* store) { Take(store->Backup(backups_)); });
    Add("restore, every file checked", plain,
        [&](Store*) { Take(Store::Restore(backups_, copy_)); });
    fs::remove_all(copy_);
    Add("checkpoint", plain, [&](Store* store) { Check(store->Checkpoint(copy_)); });
    for (const auto& path : {path_, backups_, copy_}) fs::remove_all(path);
  }

 private:
  void Fill() {
    auto store = MakeStore(path_, WorkloadGraph());
    RootRows rows(options_.rows, /*shuffled=*/false);
    Take(store->Write(kRootFeature, rows));
  }

  void Append() {
    auto store = OpenStore(path_, WorkloadGraph());
    RootRows rows(options_.rows / 100, /*shuffled=*/false);
    Take(store->Write(kRootFeature, rows));
  }

  Measurement Plain() {
    const std::string command = "cp -r '" + path_ + "' '" + copy_ + "' && sync '" + copy_ + "'/*";
    const Measurement result = Measure([&] {
      if (std::system(command.c_str()) != 0) std::exit(1);
      return options_.rows;
    });
    fs::remove_all(copy_);
    return result;
  }

  template <typename Work>
  void Add(const std::string& name, const Measurement& plain, const Work& work) {
    auto store = OpenStore(path_, WorkloadGraph());
    const Measurement result = Measure([&] {
      work(store.get());
      return options_.rows;
    });
    table_.Add(name, result, "cp -r", plain);
    NoteSpeed(result);
  }

  // Of the bytes of the store, whether all of them had to be copied or not.
  void NoteSpeed(const Measurement& result) {
    char text[80];
    std::snprintf(text, sizeof text, "%44s %.0f MB/s, %.2f s", "",
                  static_cast<double>(bytes_) / result.seconds / 1e6, result.seconds);
    table_.Note(text);
  }

  const BenchOptions& options_;
  ResultTable& table_;
  const std::string path_, backups_, copy_;
  uint64_t bytes_ = 0;
};

}  // namespace

void BenchBackup(const BenchOptions& options, ResultTable* table) {
  BackupBench(options, table).Run();
}

}  // namespace diotima

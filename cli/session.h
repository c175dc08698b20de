// Holds the state of one run of the program: options, configuration, graph, store.
#pragma once

#include <diotima/store.h>
#include <diotima/text.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/config.h"
#include "cli/output/output.h"

namespace diotima::cli {

struct GlobalOptions {
  std::string store;
  std::string config;
  std::string format;
  std::vector<std::string> graphs;
  std::string wait;
  bool quiet = false;
  bool verbose = false;
};

class Session {
 public:
  explicit Session(GlobalOptions options) : options_(std::move(options)) {}
  ~Session();
  Session(const Session&) = delete;

  // Sets the format and reads the configuration.
  Status Prepare();

  const GlobalOptions& options() const { return options_; }
  const Config& config() const { return config_; }
  Format format() const { return format_; }
  Output* output() { return &output_; }
  // Shows progress unless rows go to the same terminal.
  bool shows_progress(bool prints_rows = false) const;

  // Returns the graph of --graph or else of the configuration; empty when neither names one.
  Result<const Graph*> LoadGraph();

  // Returns the name of the store. A usage error when none is named.
  Result<StoreConfig> ChooseStore();
  bool HasStore() const;
  // Returns the store of a --from or --to: a configured name or else a path.
  StoreConfig NamedStore(const std::string& name) const;
  // Opens the store for reading, with its fallback stores. kNotFound if there is no store.
  Result<std::unique_ptr<Store>> OpenToRead();
  Result<std::unique_ptr<Store>> OpenToRead(const StoreConfig& chosen);
  // Opens the store alone for reading, without definitions and fallback stores.
  Result<std::unique_ptr<Store>> OpenToCopy();
  // Goes on without commits that were lost. Opens the store for writing, and closes it.
  Status Salvage();
  // Opens the store for writing, and creates it if needed. Then AnnounceCreatedStore() tells so
  // when the command is done, and DiscardCreatedStore() removes it when the command fails.
  Result<std::unique_ptr<Store>> OpenToWrite();
  Result<std::unique_ptr<Store>> OpenToWrite(const StoreConfig& chosen);
  // Opens a store that must exist for writing. `with_fallback`: the command also reads.
  Result<std::unique_ptr<Store>> OpenToChange(bool with_fallback = false);
  Result<std::unique_ptr<Store>> OpenToChange(const StoreConfig& chosen, bool with_fallback);
  Result<std::unique_ptr<Store>> Create(const StoreConfig& chosen);
  void AnnounceCreatedStore() const;
  void DiscardCreatedStore();

  // Prints the result of a command that changes something. Unless it was a dry run, the change is
  // committed, and from here on a failure to print has an exit code of its own.
  Status PrintResult(bool dry_run, const Json& object);

  // Prints messages on stderr.
  void Say(const std::string& text) const;
  void Warn(const std::string& text) const;
  void WarnAll(const std::vector<std::string>& texts) const;

  // Report failures that have an exit code or a code of their own, and return them.
  Status UsageError(std::string message);
  Status NotInSync(std::string message);
  // Returns the exit code for a command that failed with `status`: README.md.
  int ExitCode(const Status& status) const;
  bool committed() const { return committed_; }
  // Returns the code of the failure, where it is not that of its Status.
  const std::string& error_code() const { return error_code_; }

 private:
  Result<std::unique_ptr<Store>> Open(const StoreConfig& chosen, StoreOptions options);
  // Opens a store, and waits for it as long as --wait says.
  Result<std::unique_ptr<Store>> Await(const std::string& path, const StoreOptions& options) const;
  Status CheckWritable(const StoreConfig& chosen) const;
  // Opens the fallback stores of `chosen`, each with its own. `above`: the stores that lead to it.
  Status OpenFallback(const StoreConfig& chosen, std::vector<std::string> above,
                      std::vector<std::shared_ptr<Store>>* stores);

  Result<std::unique_ptr<Store>> OpenEmpty(StoreConfig chosen, StoreOptions options);

  const GlobalOptions options_;
  Duration wait_{};
  Config config_;
  Format format_ = Format::kTable;
  Output output_;
  std::optional<Graph> graph_;
  std::vector<std::string> empty_directories_;  // of stores that stand for missing ones
  std::unique_ptr<Store> created_;              // the store that this run created, held open
  bool announces_created_ = false;
  bool committed_ = false;
  int exit_code_ = 0;  // of UsageError or NotInSync
  std::string error_code_;
};

// Returns the types of the columns of a feature for text input: those that the definition declares,
// else those in the store. `store` must outlive the result.
ColumnTypes TypesOf(Store* store, const std::string& feature);

}  // namespace diotima::cli

// Reads the configuration file `diotima.toml`.
#pragma once

#include <diotima/digest.h>

#include <optional>
#include <string>
#include <vector>

namespace diotima::cli {

struct StoreConfig {
  std::string name;
  std::string path;  // as the process can open it
  std::vector<std::string> fallback_stores;
  std::optional<HashAlgorithm> hash_algorithm;  // for a store that is created
  std::optional<uint32_t> hash_truncation_length;
  std::optional<std::string> materialization_id;
  bool read_only = false;
};

struct Config {
  std::string file;  // empty: there is none
  std::string default_store;
  std::vector<std::string> graph;  // paths and patterns, as the process can open them
  std::vector<StoreConfig> stores;

  const StoreConfig* Find(std::string_view name) const;
};

// Reads the file that `explicit_path` names, else the one that DIOTIMA_CONFIG names, else the
// nearest diotima.toml in the current directory or one above. Returns an empty configuration if
// there is none. Checks every value: kInvalidArgument with file and line.
Result<Config> LoadConfig(const std::string& explicit_path);

// Returns the files that match `patterns` (shell patterns; a `*` does not cross directories), those
// of one pattern in ascending order. kNotFound for a pattern without a match.
Result<std::vector<std::string>> MatchFiles(const std::vector<std::string>& patterns);

}  // namespace diotima::cli

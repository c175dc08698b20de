// Prints --help.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace diotima::cli {

// Formats help as wide as the terminal, within limits that read well.
class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter();

  std::string make_usage(const CLI::App* command, std::string name) const override;
  std::string make_option(const CLI::Option* option, bool is_positional) const override;
  std::string make_subcommand(const CLI::App* command) const override;
  std::string make_footer(const CLI::App* command) const override;

 private:
  const size_t width_;
};

}  // namespace diotima::cli

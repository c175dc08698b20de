// `schema`: how a feature's rows are stored.
#include <diotima/status_macros.h>

#include <cerrno>
#include <fstream>

#include "cli/commands/command.h"
#include "codec/base/os_error.h"

namespace diotima::cli {
namespace {

Status WriteFile(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (file) return Status::Ok();
  return OsError(errno, "cannot write '" + path + "'");
}

Status PrintSchema(const std::string& feature, const std::string& row_file, Session* session) {
  DIOTIMA_ASSIGN(const auto store, session->OpenToRead());
  if (!store->graph().empty()) DIOTIMA_TRY(store->graph().Get(feature).status());
  DIOTIMA_ASSIGN(const std::string text, store->RowSchema(feature));
  if (!row_file.empty()) {
    DIOTIMA_ASSIGN(const std::string bytes, store->EncodedRow(feature));
    DIOTIMA_TRY(WriteFile(row_file, bytes));
  }
  return session->output()->Write(text);
}

}  // namespace

void AddSchema(CLI::App* parent, Run* run) {
  auto feature = std::make_shared<std::string>();
  auto row_file = std::make_shared<std::string>();
  CLI::App* command =
      AddCommand(parent, "schema", "Print the FlatBuffers schema of the rows of a feature",
                 "  diotima --store meta.db schema video/raw > raw.fbs\n"
                 "  diotima --store meta.db schema video/raw --row row.bin > raw.fbs &&\n"
                 "      flatc --json --raw-binary raw.fbs -- row.bin\n");
  command->add_option("FEATURE", *feature, "The feature")->required();
  command->add_option("--row", *row_file, "Write the bytes of the newest row to this file")
      ->type_name("FILE");
  command->callback(
      [=] { *run = [=](Session* session) { return PrintSchema(*feature, *row_file, session); }; });
}

}  // namespace diotima::cli

// `scan`: a directory as samples of a root feature.
#include <diotima/status_macros.h>

#include <thread>

#include "cli/commands/command.h"
#include "cli/input/observed_reader.h"
#include "cli/output/row_printer.h"
#include "cli/scan/scan_directory.h"

namespace diotima::cli {
namespace {

struct ScanArguments {
  std::string directory;
  std::vector<std::string> patterns;
  std::vector<std::string> fields;  // NAME, or NAME=content, or NAME=attributes
  std::string feature;
  bool no_follow = false;
};

class BatchRow : public Row {
 public:
  BatchRow(const Schema& schema, const RowBatch& batch) : schema_(schema), batch_(batch) {}
  void Set(size_t row) { row_ = row; }
  const Schema& schema() const override { return schema_; }
  using Row::Get;
  Value Get(size_t column) const override { return batch_.Get(row_, column); }

 private:
  const Schema& schema_;
  const RowBatch& batch_;
  size_t row_ = 0;
};

Result<std::vector<ScanField>> ParseFields(const ScanArguments& arguments, Session* session) {
  std::vector<ScanField> fields;
  for (const auto& text : arguments.fields) {
    const size_t mark = text.find('=');
    const std::string source = mark == std::string::npos ? "content" : text.substr(mark + 1);
    ScanField field{StructKey(text.substr(0, mark)), ScanSource::kContent};
    if (source == "attributes") field.source = ScanSource::kAttributes;
    if (field.name.empty() || (source != "content" && source != "attributes")) {
      return session->UsageError("--field takes NAME, NAME=content or NAME=attributes, not '" +
                                 text + "'");
    }
    for (const auto& other : fields) {
      if (other.name == field.name) {
        return session->UsageError("--field names '" + field.name + "' twice");
      }
    }
    fields.push_back(std::move(field));
  }
  if (fields.empty()) fields.push_back({"default", ScanSource::kContent});
  return fields;
}

// The rows of the feature, as far as there are any.
Result<std::optional<Cursor>> KnownRows(const std::string& feature, Store* store) {
  DIOTIMA_ASSIGN(const FeatureSpec* spec, store->graph().Get(feature));
  if (spec->id_columns != std::vector<std::string>{"path"}) {
    return Status::InvalidArgument("feature '" + feature +
                                   "': a scan makes rows whose id column is 'path'; leave "
                                   "--feature out");
  }
  auto cursor = store->Read(feature);
  if (cursor.ok()) return std::optional<Cursor>(std::move(cursor).value());
  if (cursor.status().code() == StatusCode::kNotFound) return std::optional<Cursor>();
  return cursor.status();
}

Status PrintRows(DirectoryReader* reader, Session* session) {
  RowPrinter printer(session->output(), session->format(), DirectoryReader::Columns());
  Progress progress(session->shows_progress(/*prints_rows=*/true), "scan");
  RowBatch batch;
  BatchRow row(DirectoryReader::Columns(), batch);
  for (;;) {
    DIOTIMA_ASSIGN(const bool more, reader->Read(&batch));
    if (!more) break;
    for (size_t i = 0; i < batch.rows(); ++i) {
      row.Set(i);
      DIOTIMA_TRY(printer.Print(row));
    }
    DIOTIMA_TRY(ObserveBatch(batch.rows(), nullptr, &progress));
  }
  return printer.End();
}

Status CheckProblems(const std::vector<std::string>& problems) {
  if (problems.empty()) return Status::Ok();
  std::string message = "cannot read " + problems[0];
  if (problems.size() > 1) message += ", and " + std::to_string(problems.size() - 1) + " more";
  return Status::IoError(message);
}

Status Scan(const ScanArguments& arguments, Session* session) {
  ScanOptions options;
  options.directory = arguments.directory;
  options.patterns = arguments.patterns;
  options.threads = std::max(1u, std::thread::hardware_concurrency());
  options.follow_links = !arguments.no_follow;
  DIOTIMA_ASSIGN(options.fields, ParseFields(arguments, session));
  std::unique_ptr<Store> store;
  if (!arguments.feature.empty()) {
    DIOTIMA_ASSIGN(store, session->OpenToRead());
    DIOTIMA_ASSIGN(options.known, KnownRows(arguments.feature, store.get()));
  }
  DIOTIMA_ASSIGN(const auto reader, DirectoryReader::Open(std::move(options)));
  DIOTIMA_TRY(PrintRows(reader.get(), session));
  if (const uint64_t links = reader->skipped_links(); links > 0) {
    session->Warn(std::to_string(links) + " symbolic links are left out" +
                  (arguments.no_follow ? " (--no-follow)"
                                       : ": they lead nowhere, or to a directory around them"));
  }
  return CheckProblems(reader->problems());
}

}  // namespace

void AddScan(CLI::App* parent, Run* run) {
  auto arguments = std::make_shared<ScanArguments>();
  CLI::App* command =
      AddCommand(parent, "scan", "Print the files of a directory as samples of a root feature",
                 "  diotima scan /usr/include --glob \"*.h\"\n"
                 "  diotima scan photos --field content --field attributes=attributes\n"
                 "  diotima --store meta.db scan photos --feature files |\n"
                 "      diotima --store meta.db resolve files --samples - --count\n");
  command->add_option("DIR", arguments->directory, "The directory")->required();
  AddRepeated(command, "--glob", &arguments->patterns,
              "Files to read: `*.h` in any directory, `src/**/*.h` from DIR on (all)", "PATTERN");
  AddRepeated(command, "--field", &arguments->fields,
              "A field: its name and what it hashes: `content`, the bytes of the file (default), "
              "or `attributes`, its size and mode (default=content)",
              "NAME[=SOURCE]");
  command
      ->add_option("--feature", arguments->feature,
                   "Skip files whose size and time match their row of this feature")
      ->type_name("FEATURE");
  command->add_flag("--no-follow", arguments->no_follow,
                    "Leave out symbolic links (otherwise they count as what they lead to)");
  command->callback([=] { *run = [=](Session* session) { return Scan(*arguments, session); }; });
}

}  // namespace diotima::cli

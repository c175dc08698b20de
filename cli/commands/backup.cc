// `backup`, `restore` and `checkpoint`: copies of a store.
#include <diotima/status_macros.h>
#include <diotima/text.h>

#include <chrono>

#include "cli/commands/command.h"
#include "cli/output/progress.h"

namespace diotima::cli {
namespace {

using std::chrono::duration;
using std::chrono::steady_clock;

struct BackupArguments {
  std::string directory;
  uint32_t keep = 0;  // 0: all
  bool list = false;
};

struct RestoreArguments {
  std::string directory;
  std::string path;
  uint32_t backup = 0;  // 0: the latest
};

double Since(steady_clock::time_point start) {
  return duration<double>(steady_clock::now() - start).count();
}

Json ToJson(const BackupInfo& backup) {
  Json object;
  object["backup"] = backup.id;
  object["time"] = backup.damage.empty() ? Json(TimestampText(backup.time)) : Json();
  object["bytes"] = backup.bytes;
  object["files"] = backup.files;
  return object;
}

Status ListBackups(const std::string& directory, Session* session) {
  DIOTIMA_ASSIGN(const auto backups, Store::Backups(directory));
  std::vector<Json> objects;
  for (const auto& backup : backups) {
    Json object = ToJson(backup);
    object["damage"] = backup.damage.empty() ? Json() : Json(backup.damage);
    objects.push_back(std::move(object));
  }
  return PrintObjects(session->output(), session->format(), objects);
}

Status Backup(const BackupArguments& arguments, Session* session) {
  if (arguments.list) return ListBackups(arguments.directory, session);
  const auto start = steady_clock::now();
  DIOTIMA_ASSIGN(const auto store, session->OpenToCopy());
  BackupOptions options;
  if (arguments.keep > 0) options.keep = arguments.keep;
  Progress progress(session->shows_progress(), "backup");
  options.progress = progress.Callback();
  DIOTIMA_ASSIGN(const BackupResult result, store->Backup(arguments.directory, options));
  progress.Clear();
  Json object = ToJson(result.backup);
  object["copied_bytes"] = result.copied_bytes;
  object["removed"] = result.removed;
  object["seconds"] = Since(start);
  return session->PrintResult(/*dry_run=*/false, object);
}

Status Restore(const RestoreArguments& arguments, Session* session) {
  const auto start = steady_clock::now();
  RestoreOptions options;
  if (arguments.backup > 0) options.backup = arguments.backup;
  Progress progress(session->shows_progress(), "restore");
  options.progress = progress.Callback();
  DIOTIMA_ASSIGN(const BackupInfo backup,
                 Store::Restore(arguments.directory, arguments.path, options));
  progress.Clear();
  Json object = {{"path", arguments.path}};
  object.update(ToJson(backup));
  object["seconds"] = Since(start);
  return session->PrintResult(/*dry_run=*/false, object);
}

Status Checkpoint(const std::string& directory, Session* session) {
  const auto start = steady_clock::now();
  DIOTIMA_ASSIGN(const auto store, session->OpenToCopy());
  DIOTIMA_TRY(store->Checkpoint(directory));
  return session->PrintResult(/*dry_run=*/false, {{"path", directory}, {"seconds", Since(start)}});
}

}  // namespace

void AddBackup(CLI::App* parent, Run* run) {
  auto arguments = std::make_shared<BackupArguments>();
  CLI::App* command = AddCommand(
      parent, "backup", "Copy the store while writers go on; later backups copy only new files",
      "  diotima --store meta.db backup /mnt/backups/meta\n"
      "  diotima --store meta.db backup /mnt/backups/meta --keep 7\n"
      "  diotima backup /mnt/backups/meta --list\n");
  command->add_option("DIR", arguments->directory, "Where this store's backups are")->required();
  auto* keep = command->add_option(
      "--keep", arguments->keep, "Keep this many backups, the new one included; remove older ones");
  keep->check(AtLeast(1));
  command->add_flag("--list", arguments->list, "Make none: list those that there are")
      ->excludes(keep);
  command->callback([=] { *run = [=](Session* session) { return Backup(*arguments, session); }; });
}

void AddRestore(CLI::App* parent, Run* run) {
  auto arguments = std::make_shared<RestoreArguments>();
  CLI::App* command =
      AddCommand(parent, "restore", "Make a store from a backup, and check every file",
                 "  diotima restore /mnt/backups/meta meta.db\n"
                 "  diotima restore /mnt/backups/meta meta.db --backup 3\n");
  command->add_option("DIR", arguments->directory, "Where the backups are")->required();
  command->add_option("PATH", arguments->path, "The new store: nothing may be there")->required();
  command->add_option("--backup", arguments->backup, "Which one, of `backup --list` (the latest)")
      ->check(AtLeast(1));
  command->callback([=] { *run = [=](Session* session) { return Restore(*arguments, session); }; });
}

void AddCheckpoint(CLI::App* parent, Run* run) {
  auto directory = std::make_shared<std::string>();
  CLI::App* command =
      AddCommand(parent, "checkpoint",
                 "Make a second store of hard links on the same file system, in an instant",
                 "  diotima --store meta.db checkpoint before-the-experiment.db\n");
  command->add_option("DIR", *directory, "The new store: nothing may be there")->required();
  command->callback(
      [=] { *run = [=](Session* session) { return Checkpoint(*directory, session); }; });
}

}  // namespace diotima::cli

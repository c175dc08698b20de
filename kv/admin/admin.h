// What operators ask of a store. diotima/store.h says what each operation does.
#pragma once

#include <diotima/results.h>

#include <string>
#include <string_view>
#include <vector>

#include "kv/core.h"

namespace diotima {

Result<CompactResult> Compact(const StoreCore* core, const CompactOptions& options);
Result<VerifyResult> Verify(const StoreCore* core, const VerifyOptions& options);
Result<StoreStats> Stats(const StoreCore* core, const StatsOptions& options);

Result<BackupResult> Backup(const StoreCore* core, const std::string& directory,
                            const BackupOptions& options);
Result<std::vector<BackupInfo>> Backups(const std::string& directory);
Result<BackupInfo> Restore(const std::string& directory, const std::string& path,
                           const RestoreOptions& options);
Status MakeCheckpoint(const StoreCore* core, const std::string& directory);

Result<PushResult> Push(const StoreCore* core);
Result<std::vector<SnapshotInfo>> Snapshots(const StoreCore* core);
Result<Graph> SnapshotGraph(const StoreCore* core, std::string_view project_version);

Result<FeatureInfo> Describe(const StoreCore* core, std::string_view feature, bool count_rows);
Result<std::string> SourcePath(const StoreCore* core, std::string_view feature);
Result<std::vector<std::string>> WrittenFeatures(const StoreCore* core);
Result<std::string> RowSchema(const StoreCore* core, std::string_view feature);
Result<std::string> EncodedRow(const StoreCore* core, std::string_view feature);

}  // namespace diotima

#include "index/population/population_folder.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <system_error>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "index/catalog/names.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/environment.h"
#include "index/storage/files/durable_folder.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

namespace fs = std::filesystem;

absl::Status MakeEnvironments(const std::string& folder, size_t map_size) {
  EnvironmentOptions options;
  options.map_size = std::min(options.map_size, map_size);
  options.max_map_size = map_size;
  options.identity = NewIdentity();
  for (const EnvironmentKind kind : {EnvironmentKind::kIndex, EnvironmentKind::kMembers}) {
    options.kind = kind;
    options.directory = (fs::path(folder) / EnvironmentName(kind)).string();
    RETURN_IF_ERROR(Environment::Open(options).status());
    RETURN_IF_ERROR(SyncFolder(options.directory));
  }
  return SyncFolder(folder);
}

}  // namespace

absl::Status MakePopulationFolder(const std::string& folder, size_t map_size) {
  const std::string unfinished = folder + kUnfinishedSuffix;
  absl::Status done = RemoveFolder(unfinished);  // left by a failed attempt
  if (done.ok()) done = MakeFolder(unfinished);
  if (done.ok()) done = MakeEnvironments(unfinished, map_size);
  return done.ok() ? RenameFolder(unfinished, folder) : done;
}

absl::Status CheckPopulationFolder(const std::string& folder) {
  for (const EnvironmentKind kind : {EnvironmentKind::kIndex, EnvironmentKind::kMembers}) {
    const fs::path file = fs::path(folder) / EnvironmentName(kind) / "data.mdb";
    std::error_code error;
    const uintmax_t bytes = fs::file_size(file, error);
    if (error && error != std::errc::no_such_file_or_directory) {
      return absl::FailedPreconditionError(Sentence("can't read ", file.string(), ": ", error.message()));
    }
    if (!error && bytes > 0) continue;
    return WithReason(absl::DataLossError(Sentence(file.string(), error ? " is missing" : " is empty",
                                                   "; restore the data directory from a backup")),
                      Reason::kStorageCorrupt);
  }
  return absl::OkStatus();
}

std::string CrashMarkOf(const std::string& folder) { return (fs::path(folder) / "CRASHED").string(); }

absl::StatusOr<std::string> SetPopulationAside(const std::string& folder) {
  // The name is unique: a folder that was set aside earlier may not be removed yet.
  const std::string aside = Sentence(folder, ".", absl::Hex(NewIdentity()), kUnfinishedSuffix);
  RETURN_IF_ERROR(RenameFolder(folder, aside));
  return aside;
}

FolderEntry EntryAt(const std::string& folder) {
  std::string name = fs::path(folder).filename().string();
  std::error_code error;
  if (!fs::is_directory(folder, error)) return FolderEntry::kStray;
  if (absl::EndsWith(name, kUnfinishedSuffix)) {
    const bool ours = CheckPopulationName(name.substr(0, name.find('.'))).ok();
    return ours ? FolderEntry::kUnfinished : FolderEntry::kStray;
  }
  if (!CheckPopulationName(name).ok()) return FolderEntry::kStray;
  for (const EnvironmentKind kind : {EnvironmentKind::kIndex, EnvironmentKind::kMembers}) {
    if (fs::exists(fs::path(folder) / EnvironmentName(kind), error)) return FolderEntry::kPopulation;
  }
  return FolderEntry::kStray;
}

}  // namespace muster::index

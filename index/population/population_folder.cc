#include "index/population/population_folder.h"

#include <filesystem>
#include <memory>
#include <system_error>

#include "absl/status/statusor.h"
#include "index/dictionary/sentence.h"
#include "index/population/durable_folder.h"
#include "index/status_reason.h"
#include "index/storage/environment.h"

namespace muster::index {
namespace {

namespace fs = std::filesystem;

absl::Status MakeEnvironments(const std::string& folder, size_t map_size) {
  EnvironmentOptions options;
  options.map_size = map_size;
  for (const EnvironmentKind kind : {EnvironmentKind::kIndex, EnvironmentKind::kMembers}) {
    options.kind = kind;
    options.directory = (fs::path(folder) / EnvironmentName(kind)).string();
    if (absl::Status made = Environment::Open(options).status(); !made.ok()) return made;
    if (absl::Status synced = SyncFolder(options.directory); !synced.ok()) return synced;
  }
  return SyncFolder(folder);
}

}  // namespace

absl::Status MakePopulationFolder(const std::string& folder, size_t map_size) {
  const std::string unfinished = folder + kUnfinishedSuffix;
  absl::Status done = RemoveFolder(unfinished);  // of an attempt that failed
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

absl::Status RemovePopulationFolder(const std::string& folder) {
  const std::string unfinished = folder + kUnfinishedSuffix;
  absl::Status done = RemoveFolder(unfinished);
  if (done.ok()) done = RenameFolder(folder, unfinished);
  return done.ok() ? RemoveFolder(unfinished) : done;
}

}  // namespace muster::index

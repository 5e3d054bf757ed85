#include "index/population/offline.h"

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "index/population/population_folder.h"
#include "index/status/status_reason.h"

namespace muster::index {

absl::Status WhyOffline(const std::string& population, const absl::Status& why) {
  const absl::Status offline(why.code(),
                             absl::StrCat("the population '", population, "' is offline: ", why.message()));
  const std::optional<Reason> reason = ReasonOf(why);
  return reason.has_value() ? WithReason(offline, *reason) : offline;
}

std::optional<absl::Status> WhyMarked(const std::string& population, const std::string& folder,
                                      const std::string& data_directory) {
  const std::string mark = CrashMarkOf(folder);
  std::error_code error;
  if (!std::filesystem::exists(mark, error)) return std::nullopt;
  std::ifstream file(mark);
  std::string signal;
  const bool named = static_cast<bool>(file >> signal) && signal.size() < 20;
  const absl::Status why = absl::DataLossError(absl::StrCat(
      "a server that was reading it was ended by ", named ? signal : "a signal",
      "; stop the server and run `muster verify --population ", population, " --data ", data_directory,
      "`, which brings it back when it is whole, or restore ", folder, " from a backup"));
  return WhyOffline(population, WithReason(why, Reason::kStorageCorrupt));
}

}  // namespace muster::index

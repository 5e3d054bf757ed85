#include "index/population/zone.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/ascii.h"
#include "index/status/status_reason.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

constexpr size_t kZoneNameBytesMax = 64;  // the longest IANA name has half of it

bool IsSegment(std::string_view segment) {
  return !segment.empty() && std::all_of(segment.begin(), segment.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '+' || c == '-';
  });
}

// The library opens any name as a file, so only names that can be a zone's are passed to it. `localtime` and
// `posixrules` are files of a zone folder that mean another zone on another machine; `posix` and `right` are
// copies of the whole folder, the latter with leap seconds.
bool IsZoneName(std::string_view name) {
  if (name.size() > kZoneNameBytesMax || name == "localtime" || name == "posixrules") return false;
  const std::string_view first = name.substr(0, name.find('/'));
  if (first == "posix" || first == "right") return false;
  while (true) {
    const size_t slash = name.find('/');
    if (!IsSegment(name.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

}  // namespace

absl::StatusOr<absl::TimeZone> LoadZone(const std::string& name) {
  absl::TimeZone zone;
  if (name.empty()) return absl::UTCTimeZone();
  if (IsZoneName(name) && absl::LoadTimeZone(name, &zone)) return zone;
  return WithReason(absl::InvalidArgumentError(Sentence("there is no time zone '", name.substr(0, 100),
                                                        "'; give an IANA name such as Asia/Shanghai")),
                    Reason::kBadRequest);
}

}  // namespace muster::index

#include "index/views/member_profile.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "index/dictionary/value_dictionary.h"
#include "index/status/status_macros.h"
#include "index/versions/lookups/member_rows.h"
#include "text/civil_text.h"
#include "text/decimal.h"

namespace muster::index {
namespace {

// Some milliseconds in memory, and few enough for a transaction when each has to be read from disk.
constexpr size_t kTextsInOneTransaction = 1'024;

SoughtTag::Content ContentOf(const Tag& tag) {
  if (tag.kind == TagKind::kSingle) return SoughtTag::Content::kOneValue;
  if (tag.weighted) return SoughtTag::Content::kWithWeights;
  return tag.kind == TagKind::kMulti || tag.kind == TagKind::kFlag ? SoughtTag::Content::kManyValues
                                                                   : SoughtTag::Content::kNumber;
}

// Reads the texts of values, many in a transaction. Used by one thread.
class TextReader {
 public:
  explicit TextReader(Environment& index) : index_(index) {}

  absl::StatusOr<std::string> Read(TagId tag, ValueId value) {
    if (texts_++ % kTextsInOneTransaction == 0) {
      transaction_.reset();
      ASSIGN_OR_RETURN(ReadTransaction begun, index_.BeginRead());
      transaction_.emplace(std::move(begun));
    }
    ASSIGN_OR_RETURN(const std::string_view text, ValueText(*transaction_, tag, value));
    return std::string(text);
  }

 private:
  Environment& index_;
  std::optional<ReadTransaction> transaction_;
  size_t texts_ = 0;
};

absl::StatusOr<std::vector<MemberValue>> TextsOf(const Tag& tag, const MemberRows& rows, absl::TimeZone zone,
                                                 TextReader& texts) {
  std::vector<MemberValue> values;
  if (!rows.known) return values;
  if (tag.kind == TagKind::kFlag) {
    values.push_back({rows.values.empty() ? "false" : "true", ""});
    return values;
  }
  if (!TraitsOf(tag.kind).has_texts) {
    values.push_back({StoredValueText(tag.kind, rows.number, {.scale = tag.scale, .zone = zone}), ""});
    return values;
  }
  values.reserve(rows.values.size());
  for (const MemberRows::Value& each : rows.values) {
    MemberValue& value = values.emplace_back();
    if (tag.weighted) value.weight = DecimalText(each.weight, tag.weight_scale);
    ASSIGN_OR_RETURN(value.text, texts.Read(tag.id, each.id));
  }
  std::sort(values.begin(), values.end(),
            [](const MemberValue& a, const MemberValue& b) { return a.text < b.text; });
  return values;
}

}  // namespace

absl::StatusOr<MemberProfile> ReadProfile(Environment& index, const Snapshot& snapshot, std::vector<Tag> tags,
                                          const ProfiledMember& member, WorkBudget& budget) {
  MemberProfile profile;
  profile.tags.reserve(tags.size());
  std::vector<SoughtTag> sought;
  sought.reserve(tags.size() + 1);
  for (Tag& tag : tags) {
    ASSIGN_OR_RETURN(const std::optional<Version> version, snapshot.FindVersion(tag.id));
    if (!version.has_value()) continue;
    sought.push_back({tag.id, ContentOf(tag)});
    profile.tags.push_back({std::move(tag), {}});
  }
  sought.push_back({kEveryoneTag, SoughtTag::Content::kNumber});
  ASSIGN_OR_RETURN(const std::vector<MemberRows> rows,
                   ReadMemberRows(snapshot, member.ordinal, sought, budget));
  TextReader texts(index);
  for (size_t i = 0; i < profile.tags.size(); ++i) {
    MemberTag& tag = profile.tags[i];
    ASSIGN_OR_RETURN(tag.values, TextsOf(tag.tag, rows[i], member.zone, texts));
  }
  profile.first_date = DayOfNumber(rows.back().number);
  return profile;
}

}  // namespace muster::index

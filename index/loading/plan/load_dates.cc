#include "index/loading/plan/load_dates.h"

#include <algorithm>

#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "text/civil_text.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

// Tags that a sentence names.
constexpr size_t kTagsNamedMax = 3;

// A load for tomorrow is usual: it runs before midnight, or in a zone further east.
bool IsMistyped(absl::CivilDay date, absl::CivilDay today) { return date > today + 1; }

// `the tag 'a'`, `the tags 'a', 'b' and 3 more`.
std::string TagList(const std::vector<std::string>& names) {
  std::string list = names.size() == 1 ? "the tag " : "the tags ";
  for (size_t i = 0; i < names.size() && i < kTagsNamedMax; ++i) {
    list += Sentence(i == 0 ? "" : ", ", "'", names[i], "'");
  }
  if (names.size() > kTagsNamedMax) list += Sentence(" and ", names.size() - kTagsNamedMax, " more");
  return list;
}

}  // namespace

absl::Status CheckLoadDate(const LoadPlan& plan, absl::CivilDay today) {
  if (plan.spec.allow_future || !IsMistyped(plan.business_date, today)) return absl::OkStatus();
  return WithReason(absl::InvalidArgumentError(Sentence(
                        "the business date ", DateText(plan.business_date), " lies after tomorrow (today is ",
                        DateText(today), " in the zone ", std::string(plan.zone.name()),
                        "): mend the date, or say allow_future (--allow-future) if it is meant")),
                    Reason::kBadRequest);
}

absl::StatusOr<TagDates> FindTagDates(const Transaction& view, TagId tag, const LoadPlan& plan,
                                      absl::CivilDay today) {
  TagDates dates;
  ASSIGN_OR_RETURN(const std::optional<PublishedVersion> parent, VersionAsOf(view, tag, plan.business_date));
  if (parent) dates.parent = parent->version;
  ASSIGN_OR_RETURN(std::optional<PublishedVersion> current, CurrentVersion(view, tag));
  if (!current || DayOf(current->record.business_day) <= plan.business_date) return dates;
  dates.later = *std::move(current);
  if (!plan.spec.make_current) return dates;
  dates.ends_later = IsMistyped(DayOf(dates.later->record.business_day), today);
  dates.again = !dates.ends_later;
  return dates;
}

absl::Status NothingToRemove(const Transaction& view, const Tag& tag, absl::CivilDay date) {
  ASSIGN_OR_RETURN(const std::optional<absl::CivilDay> first, FirstDateOf(view, tag.id));
  std::string why = ": it was never loaded";
  if (first) {
    why = Sentence(": its first values are of ", DateText(*first),
                   "; give the REMOVE that date or a later one (--date)");
  }
  return WithReason(absl::FailedPreconditionError(
                        Sentence("the tag '", tag.name, "' has nothing to remove on ", DateText(date), why)),
                    Reason::kNothingToRemove);
}

absl::StatusOr<LoadParents> FindLoadParents(const Transaction& view, const LoadPlan& plan,
                                            absl::CivilDay today) {
  LoadParents parents;
  parents.today = today;
  ASSIGN_OR_RETURN(const std::optional<PublishedVersion> everyone, CurrentVersion(view, kEveryoneTag));
  if (!everyone) return absl::InternalError("the population has no everyone");
  parents.everyone = everyone->version;
  parents.everyone_date = std::max(plan.business_date, DayOf(everyone->record.business_day));
  parents.is_late = plan.business_date < parents.everyone_date;
  for (const PlannedTag& planned : plan.tags) {
    ASSIGN_OR_RETURN(TagDates dates, FindTagDates(view, planned.tag.id, plan, today));
    if (!dates.parent && plan.spec.mode == LoadMode::kRemove)
      return NothingToRemove(view, planned.tag, plan.business_date);
    parents.tags.push_back(std::move(dates));
  }
  return parents;
}

bool BuildOnTheSame(const LoadParents& a, const LoadParents& b) {
  // The version that the load builds on beside its own date's.
  const auto second = [](const TagDates& dates) {
    return dates.again ? std::make_optional(dates.later->version) : std::nullopt;
  };
  return std::equal(a.tags.begin(), a.tags.end(), b.tags.begin(), b.tags.end(),
                    [&second](const TagDates& one, const TagDates& other) {
                      return one.parent == other.parent && second(one) == second(other);
                    });
}

bool IsOvertaken(const LoadPlan& plan, const LoadParents& staged_on, const LoadParents& now) {
  // A REPLACE stages the same whatever was published. Whether it is published once or twice is decided later.
  return plan.spec.mode != LoadMode::kReplace && !BuildOnTheSame(staged_on, now);
}

std::string LateSentence(const LoadPlan& plan, const std::vector<TagDates>& dates, absl::CivilDay today) {
  std::vector<std::string> late, ended;
  absl::CivilDay newest = absl::CivilDay::min(), newest_ended = absl::CivilDay::min();
  for (size_t i = 0; i < dates.size(); ++i) {
    if (!dates[i].later || dates[i].again) continue;
    const absl::CivilDay day = DayOf(dates[i].later->record.business_day);
    (dates[i].ends_later ? ended : late).push_back(plan.tags[i].tag.name);
    absl::CivilDay& latest = dates[i].ends_later ? newest_ended : newest;
    latest = std::max(latest, day);
  }
  if (!ended.empty()) {
    const char* const are = plan.spec.dry_run ? " would be" : ended.size() == 1 ? " is" : " are";
    return Sentence(TagList(ended), are, " of ", DateText(plan.business_date), " now, and what ",
                    ended.size() == 1 ? "it" : "they", " had for later dates, up to ", DateText(newest_ended),
                    plan.spec.dry_run ? ", would be" : ", is",
                    " reached only by its version number from now on");
  }
  if (late.empty()) return "";
  const bool all = late.size() == dates.size();
  const bool dry = plan.spec.dry_run;
  return Sentence(
      "this load of ", DateText(plan.business_date),
      dry ? " would go into history: today's values of " : " went into history: today's values of ",
      all ? "its tags" : TagList(late), dry ? " would" : " did",
      " not change, because there are newer ones of ", DateText(newest),
      IsMistyped(newest, today) ? ", a date that has yet to come" : "",
      dry ? "; add make_current (--make-current) to change them too"
          : "; load it under another label with make_current (--make-current) to change them too");
}

}  // namespace muster::index

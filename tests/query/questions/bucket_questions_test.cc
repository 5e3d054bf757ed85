// Questions with BUCKET over a real database, against a hash of the members' ids.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <xxhash.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "index/bitmap/number_slices.h"
#include "index/population/stored_population.h"
#include "query/language/parser.h"
#include "query/questions/batch.h"
#include "query/questions/definition_check.h"
#include "query/questions/definition_salts.h"
#include "query/questions/question.h"
#include "query/questions/why.h"
#include "tests/matchers/status.h"
#include "tests/query/questions/asking.h"
#include "tests/query/questions/fact_table.h"
#include "tests/query/questions/random_expression.h"

namespace muster::query {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

constexpr absl::CivilDay kToday(2026, 3, 31);
constexpr size_t kMembers = 1'500;

uint64_t BucketOfMember(const std::string& salt, size_t member) {
  const std::string hashed =
      salt + '\0' + absl::StrFormat("m%08d", member + 1);  // as FactDatabase names them
  return XXH3_64bits(hashed.data(), hashed.size()) % 10'000;
}

// The plain reading, with BUCKET.
bool HoldsWithBuckets(const Expression& node, const std::vector<Facts>& facts, size_t member) {
  const auto holds = [&](const ExpressionPtr& operand) { return HoldsWithBuckets(*operand, facts, member); };
  const std::vector<ExpressionPtr>& operands = node.operands;
  switch (node.op) {
    case Operator::kAnd:
      return std::all_of(operands.begin(), operands.end(), holds);
    case Operator::kOr:
      return std::any_of(operands.begin(), operands.end(), holds);
    case Operator::kNot:
      return !holds(operands[0]);
    case Operator::kAtLeast:
      return std::count_if(operands.begin(), operands.end(), holds) >= node.count;
    case Operator::kBucket: {
      const uint64_t bucket = BucketOfMember(node.literals[0].text, member);
      return std::stoull(node.literals[1].text) <= bucket && bucket <= std::stoull(node.literals[2].text);
    }
    default:
      return Holds(node, facts[member]);
  }
}

constexpr absl::CivilDay kFirstLoad(2026, 1, 10), kBetween(2026, 2, 1), kSecondLoad(2026, 3, 1);

class BucketQuestionsTest : public testing::Test {
 protected:
  // `stored`: the number of members whose buckets are stored. Others, too few to be worthwhile, come later.
  explicit BucketQuestionsTest(size_t stored = 0)
      : facts_(MakeFacts(21, kMembers)), population_(LoadFacts(stored)) {}

  index::Population& LoadFacts(size_t stored) {
    if (stored == 0) return database_.Load(facts_);
    index::Population& population = Load(0, stored);
    Save(population, "split", "BUCKET('spring', 0, 4999) OR BUCKET('autumn', 0, 4999)");
    for (const char* const salt : {"spring", "autumn"}) EXPECT_TRUE(IsBuilt(population, salt)) << salt;
    return stored == kMembers ? population : Load(stored, kMembers);
  }
  index::Population& Load(size_t first, size_t end) {
    const auto begin = facts_.begin();
    return database_.Load(
        {begin + static_cast<std::ptrdiff_t>(first), begin + static_cast<std::ptrdiff_t>(end)}, first,
        index::LoadMode::kMerge, FactTags(), first == 0 ? kFirstLoad : kSecondLoad);
  }
  static void Save(index::Population& population, const std::string& name, const std::string& text) {
    SaveAt({*population.CurrentView(), kToday}, population, name, text);
  }
  static bool IsBuilt(index::Population& population, const std::string& salt) {
    for (int i = 0; i < 6'000; ++i) {
      const absl::StatusOr<std::optional<index::HeldSalt>> held = population.salts().Hold(salt);
      if (held.ok() && held->has_value() && (*held)->missing == 0) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }

  Standpoint Now() { return {*population_.CurrentView(), kToday}; }
  std::vector<index::Ordinal> Expected(const std::string& text) {
    const ParseResult parsed = Parse(text);
    std::vector<index::Ordinal> members;
    for (size_t i = 0; i < kMembers; ++i) {
      if (HoldsWithBuckets(*parsed.expression, facts_, i)) members.push_back(i);
    }
    return members;
  }
  std::vector<index::Ordinal> Selected(const std::string& text) { return MembersOf(*AskAt(Now(), text)); }

  FactDatabase database_;
  const std::vector<Facts> facts_;
  index::Population& population_;
};

std::string RandomBucket(uint32_t seed) {
  const uint32_t low = seed * 7'919 % 10'000;
  return absl::StrCat("BUCKET('", seed % 3 == 0 ? "spring" : "autumn", "', ", low, ", ",
                      low + seed * 104'729 % (10'000 - low), ")");
}

// With the buckets of no member stored, of some, and of all.
class StoredBucketQuestionsTest : public BucketQuestionsTest, public testing::WithParamInterface<size_t> {
 protected:
  StoredBucketQuestionsTest() : BucketQuestionsTest(GetParam()) {}
};
INSTANTIATE_TEST_SUITE_P(Stored, StoredBucketQuestionsTest, testing::Values(0, 700, kMembers));

TEST_P(StoredBucketQuestionsTest, AnswerAsThePlainReadingDoes) {
  std::vector<std::string> texts;
  for (uint32_t seed = 0; seed < 300; ++seed) {
    RandomExpression random(seed);
    const std::string bucket = RandomBucket(seed), other = RandomBucket(seed + 1);
    const std::string a = random.Make(1), b = random.Make(2);
    const std::string forms[] = {bucket,
                                 absl::StrCat("NOT ", bucket),
                                 absl::StrCat(bucket, " AND (", a, ") AND NOT ", other),
                                 absl::StrCat("(", a, ") AND NOT ", bucket),
                                 absl::StrCat(bucket, " OR (", b, ") OR ", other, " AND ", bucket),
                                 absl::StrCat("AT LEAST 2 OF (", a, ", ", bucket, ", ", b, ")")};
    texts.push_back(forms[seed % std::size(forms)]);
    EXPECT_EQ(Selected(texts.back()), Expected(texts.back())) << texts.back();
  }
  std::vector<Wording> wordings;
  for (const std::string& text : texts) wordings.push_back({text});
  const absl::StatusOr<BatchAnswers> batch = CountBatch(wordings, Now(), WorkBudget::Unlimited());
  ASSERT_THAT(batch, IsOk());
  for (size_t i = 0; i < texts.size(); ++i)
    EXPECT_EQ(batch->answers[i].count, Expected(texts[i]).size()) << texts[i];
  for (index::Ordinal member = 3; member < kMembers; member += 191) {
    const absl::StatusOr<WhyAnswers> why =
        ExplainMember(absl::MakeSpan(wordings).first(90), member, Now(), WorkBudget::Unlimited());
    ASSERT_THAT(why, IsOk());
    for (size_t i = 0; i < why->answers.size(); ++i) {
      const ParseResult parsed = Parse(texts[i]);
      EXPECT_EQ(why->answers[i].nodes[0].verdict.selected,
                HoldsWithBuckets(*parsed.expression, facts_, member))
          << texts[i] << " of member " << member;
    }
  }
}

class DatedBucketQuestionsTest : public StoredBucketQuestionsTest {};
INSTANTIATE_TEST_SUITE_P(Stored, DatedBucketQuestionsTest, testing::Values(700, kMembers));

// AS OF a date on which only the first members had joined; in a request of today, and in one of that date.
TEST_P(DatedBucketQuestionsTest, AreThoseOfTheViewsMembers) {
  const auto had_joined = [](const std::vector<index::Ordinal>& members) {
    std::vector<index::Ordinal> joined;
    std::copy_if(members.begin(), members.end(), std::back_inserter(joined),
                 [](index::Ordinal member) { return member < GetParam(); });
    return joined;
  };
  const std::string bucket = "BUCKET('spring', 100, 7000)";
  EXPECT_EQ(Selected(bucket + " AS OF 2026-02-01"), had_joined(Expected(bucket)));
  EXPECT_EQ(Selected("(NOT " + bucket + ") AS OF 2026-02-01"), had_joined(Expected("NOT " + bucket)));
  EXPECT_EQ(Selected("SEGMENT 'split' AS OF 2026-02-01 AND " + bucket),
            had_joined(Expected("(BUCKET('spring', 0, 4999) OR BUCKET('autumn', 0, 4999)) AND " + bucket)));
  Standpoint then = Now();
  then.view = *OpenDated(then, kBetween);
  then.today.reset();
  const absl::StatusOr<PrepareResult> prepared = Prepare({bucket}, then);
  ASSERT_TRUE(prepared.ok() && prepared->question != nullptr);
  EXPECT_THAT(prepared->question->Count(WorkBudget::Unlimited()),
              IsOkAndHolds(had_joined(Expected(bucket)).size()));
}

TEST_P(StoredBucketQuestionsTest, ExplainSaysHowTheyAreRead) {
  const absl::StatusOr<PrepareResult> prepared = Prepare({"BUCKET('spring', 1, 4999)"}, Now());
  ASSERT_TRUE(prepared.ok() && prepared->question != nullptr);
  const absl::StatusOr<Explanation> explained = prepared->question->Explain(WorkBudget::Unlimited());
  ASSERT_THAT(explained, IsOk());
  const char* const way = GetParam() == 0     ? "(by ids)"
                          : GetParam() == 700 ? "(by slices, new members by ids)"
                                              : "(by slices)";
  EXPECT_EQ(explained->plan.text, absl::StrCat("BUCKET ('spring', 1, 4999) ", way));
  EXPECT_EQ(explained->count, Expected("BUCKET('spring', 1, 4999)").size());
}

// A chunk that is covered as a whole is read by slices alone, beside any other operand.
TEST(LargeBucketQuestions, CoveredChunksReadNoIds) {
  FactDatabase database;
  std::vector<Facts> facts(index::kChunkOrdinals + 2'000);
  for (Facts& member : facts) member = {{"vip", "true"}};
  index::Population& population = database.Load(facts, 0, index::LoadMode::kMerge, {FactTags().front()});
  const auto explain = [&] {
    const absl::StatusOr<PrepareResult> prepared =
        Prepare({"BUCKET('s', 0, 4999)"}, {*population.CurrentView(), kToday});
    EXPECT_TRUE(prepared.ok() && prepared->question != nullptr);
    return *prepared->question->Explain(WorkBudget::Unlimited());
  };
  const Explanation computed = explain();
  const auto ways = [](const Explanation& explained, ChunkWay way) {
    return explained.plan.measured.ways[static_cast<size_t>(way)];
  };
  EXPECT_EQ(ways(computed, ChunkWay::kHashed), 2u);
  ASSERT_THAT(population.segments().Create("s", {.text = "t", .canonical = "t", .salts = {"s"}}), IsOk());
  for (int i = 0; i < 6'000 && !(*population.salts().Hold("s")).has_value(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const Explanation stored = explain();
  EXPECT_EQ(stored.count, computed.count);
  EXPECT_EQ(ways(stored, ChunkWay::kBySlices), 2u);
  EXPECT_EQ(ways(stored, ChunkWay::kHashed), 0u);
}

TEST_F(BucketQuestionsTest, AReversedRangeIsNobodyWithAWarning) {
  const absl::StatusOr<PrepareResult> prepared = Prepare({"vip OR BUCKET('s', 5000, 499)"}, Now());
  ASSERT_TRUE(prepared.ok() && prepared->question != nullptr);
  ASSERT_THAT(prepared->question->warnings(), SizeIs(1));
  const Problem& warning = prepared->question->warnings()[0];
  EXPECT_EQ(warning.reason, index::Reason::kReversedRange);
  EXPECT_THAT(warning.message, HasSubstr("write BUCKET ('s', 499, 5000)"));
  EXPECT_EQ(warning.span.offset, 19);
  EXPECT_EQ(warning.span.length, 9);
  EXPECT_THAT(Selected("BUCKET('s', 1, 0)"), IsEmpty());
}

// The salt is hashed in form C, as the canonical text has it; there it may be longer than it was written.
TEST_F(BucketQuestionsTest, ASaltIsInNormalForm) {
  EXPECT_EQ(Selected("BUCKET('cafe\xcc\x81', 0, 4999)"), Selected("BUCKET('caf\xc3\xa9', 0, 4999)"));
  EXPECT_EQ(Selected("BUCKET('cafe\xcc\x81', 0, 4999)"), Expected("BUCKET('caf\xc3\xa9', 0, 4999)"));
  std::string grows;
  for (int i = 0; i < 60; ++i) grows += "\xf0\x9d\x85\xa0";  // four code points in form C
  const absl::StatusOr<PrepareResult> prepared =
      Prepare({absl::StrCat("BUCKET('", grows.substr(0, 200), "', 0, 4999)")}, Now());
  ASSERT_THAT(prepared, IsOk());
  ASSERT_THAT(prepared->problems, SizeIs(1));
  EXPECT_EQ(prepared->problems[0].reason, index::Reason::kLimit);
}

// What takes long is spent of the budget before it is begun; stored buckets are as cheap as other numbers.
TEST_P(StoredBucketQuestionsTest, AreSpentOfTheBudget) {
  WorkBudget little(nullptr, {.chunks = 500});
  const absl::Status prepared = Prepare({"BUCKET('spring', 0, 4999)"}, Now(), little).status();
  EXPECT_EQ(prepared.ok(), GetParam() == kMembers) << prepared;
  EXPECT_EQ(little.ran_out(), GetParam() != kMembers);
}

TEST_F(BucketQuestionsTest, ADefinitionNamesItsOwnSalts) {
  Save(population_, "inner", "BUCKET('c', 0, 1) AND (vip OR NOT BUCKET('a', 5, 5))");
  Save(population_, "outer", "SEGMENT 'inner' OR BUCKET('cafe\xcc\x81', 0, 9) OR BUCKET('c', 3, 4)");
  const auto salts_of = [&](const char* name) { return population_.segments().Get(name)->definition.salts; };
  EXPECT_THAT(salts_of("inner"), ElementsAre("a", "c"));
  EXPECT_THAT(salts_of("outer"), ElementsAre("c", "caf\xc3\xa9"));
}

// Warns once, at the first salt that has no place.
TEST_F(BucketQuestionsTest, SaltsWithoutAPlaceAreWarnedOf) {
  std::string sixteen = "NOBODY";
  for (char salt = 'a'; salt < 'a' + 16; ++salt)
    absl::StrAppend(&sixteen, " OR BUCKET('", std::string(1, salt), "', 0, 1)");
  Save(population_, "many", sixteen);
  const auto warnings_of = [&](const std::string& text) {
    const absl::StatusOr<CheckedDefinition> checked =
        CheckDefinition({text}, "s", Now(), WorkBudget::Unlimited());
    EXPECT_THAT(checked, IsOk());
    return *WarnOfSalts(checked->salts, population_.salts());
  };
  EXPECT_THAT(warnings_of(sixteen), IsEmpty());
  const std::vector<Problem> one = warnings_of("BUCKET('b', 0, 1) OR BUCKET('zz', 0, 1)");
  ASSERT_THAT(one, SizeIs(1));
  EXPECT_EQ(one[0].reason, index::Reason::kSaltNotStored);
  EXPECT_THAT(one[0].message, HasSubstr("The buckets of the salt 'zz' are not stored"));
  EXPECT_EQ(one[0].span.offset, 28);
  EXPECT_EQ(one[0].about.value, "zz");
  const std::vector<Problem> three =
      warnings_of("BUCKET('zz', 0, 1) OR BUCKET('yy', 0, 1) OR BUCKET('xx', 0, 1)");
  ASSERT_THAT(three, SizeIs(1));
  EXPECT_THAT(three[0].message, HasSubstr("the salt 'zz' and of 2 other salts are"));
}

// The salts of a definition with what becomes of each: 18 of its own, of which 16 are recorded.
TEST_F(BucketQuestionsTest, ADefinitionKnowsWhetherItsSaltsAreStored) {
  const auto states_of = [&](const std::string& name) {
    const absl::StatusOr<std::vector<DefinitionSalt>> salts =
        SaltsOf(population_.segments().Get(name)->definition, population_.salts());
    EXPECT_THAT(salts, IsOk());
    std::map<std::string, SaltState> states;
    for (const DefinitionSalt& each : *salts) states.emplace(each.salt, each.state);
    return states;
  };
  Save(population_, "none", "vip AND HAS city");
  EXPECT_THAT(states_of("none"), IsEmpty());
  std::string eighteen = "NOBODY";
  for (char salt = 'a'; salt < 'a' + 18; ++salt)
    absl::StrAppend(&eighteen, " OR BUCKET('", std::string(1, salt), "', 0, 1)");
  Save(population_, "many", eighteen);
  Save(population_, "late", "BUCKET('late', 0, 1) OR BUCKET('b', 0, 1) OR SEGMENT 'many'");
  for (char salt = 'a'; salt < 'a' + 16; ++salt)
    EXPECT_TRUE(IsBuilt(population_, std::string(1, salt))) << salt;
  const std::map<std::string, SaltState> many = states_of("many");
  ASSERT_THAT(many, SizeIs(18));
  EXPECT_EQ(many.at("a"), SaltState::kStored);
  EXPECT_EQ(many.at("p"), SaltState::kStored);
  EXPECT_EQ(many.at("q"), SaltState::kNotKept);
  EXPECT_EQ(many.at("r"), SaltState::kNotKept);
  EXPECT_THAT(states_of("late"),
              ElementsAre(Pair("b", SaltState::kStored), Pair("late", SaltState::kNoPlace)));
  const index::StoredSalt first = population_.salts().List()->front();
  EXPECT_EQ(first.salt.covered, kMembers);
  EXPECT_EQ(first.missing, 0u);
  ASSERT_THAT(population_.segments().Delete("late", std::nullopt), IsOk());
  ASSERT_THAT(population_.segments().Delete("many", std::nullopt), IsOk());
  Save(population_, "late", "BUCKET('late', 0, 1)");
  EXPECT_TRUE(IsBuilt(population_, "late"));
  EXPECT_THAT(states_of("late"), ElementsAre(Pair("late", SaltState::kStored)));
}

TEST_F(BucketQuestionsTest, ADamagedSliceIsDataLoss) {
  Save(population_, "s", "BUCKET('x', 0, 4999)");
  ASSERT_TRUE(IsBuilt(population_, "x"));
  const index::StoreId store = population_.salts().List()->front().salt.store;
  auto& stored = static_cast<index::StoredPopulation&>(population_);
  ASSERT_THAT(stored.versions().writer().Run(
                  index::WriteClass::kPublish,
                  [store](index::WriteTransaction& transaction) {
                    return transaction.Put(
                        index::DatabaseId::kFragments,
                        index::MakeKey(store, index::MakeRow(0, index::MagnitudeSlot(9)), 0), "no record");
                  }),
              IsOk());
  const absl::StatusOr<PrepareResult> prepared = Prepare({"BUCKET('x', 0, 4999)"}, Now());
  ASSERT_TRUE(prepared.ok() && prepared->question != nullptr);
  EXPECT_THAT(prepared->question->Count(WorkBudget::Unlimited()), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace muster::query

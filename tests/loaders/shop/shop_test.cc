#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "loaders/files/record_reader.h"
#include "loaders/shop/cities.h"
#include "loaders/shop/customer.h"
#include "loaders/shop/shop_file.h"
#include "tests/matchers/status.h"

namespace muster::loaders {
namespace {

namespace fs = std::filesystem;

// Members by id, each with its cells by column.
using Members = std::map<std::string, std::map<std::string, std::string>>;

class IntoMembers : public RecordSink {
 public:
  IntoMembers(const std::vector<std::string>& columns, Members& members)
      : columns_(columns), members_(members) {}
  void TakeRecord(uint64_t, absl::Span<const absl::string_view> cells) override {
    auto& member = members_[std::string(cells[0])];
    for (size_t i = 1; i < cells.size(); ++i) member[columns_[i]] = std::string(cells[i]);
  }
  void TakeBroken(const BrokenRecord& record) override {
    ADD_FAILURE() << "line " << record.line << ": " << record.message;
  }

 private:
  const std::vector<std::string>& columns_;
  Members& members_;
};

class ShopTest : public testing::Test {
 protected:
  ShopTest() : folder_(fs::path(testing::TempDir()) / ("muster-shop-" + std::to_string(getpid()))) {
    fs::create_directories(folder_);
  }
  ~ShopTest() override { fs::remove_all(folder_); }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  static std::string Bytes(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }
  Members Generate(uint64_t members, uint64_t seed, absl::CivilDay date) {
    const std::string path = Path("shop.csv");
    const auto written =
        WriteShop({.members = members, .seed = seed, .date = date, .path = path}, [](uint64_t) {});
    EXPECT_THAT(written, IsOk());
    Members result;
    auto reader = RecordReader::Open({path}, {});
    IntoMembers sink((*reader)->columns(), result);
    while (*(*reader)->ReadSome(sink)) continue;
    EXPECT_EQ(result.size(), *written);
    return result;
  }

  const fs::path folder_;
};

constexpr absl::CivilDay kDay(2026, 1, 31);

TEST_F(ShopTest, TheSameRequestGivesTheSameBytes) {
  for (const char* name : {"a.csv", "b.csv"}) {
    ASSERT_THAT(WriteShop({.members = 3000, .seed = 7, .path = Path(name)}, [](uint64_t) {}), IsOk());
  }
  EXPECT_EQ(Bytes(Path("a.csv")), Bytes(Path("b.csv")));
  EXPECT_EQ(Bytes(Path("a.csv.tags.yaml")), WriteTagSchema(ShopSchema()));
  ASSERT_THAT(WriteShop({.members = 3000, .seed = 8, .path = Path("b.csv")}, [](uint64_t) {}), IsOk());
  EXPECT_NE(Bytes(Path("a.csv")), Bytes(Path("b.csv")));
}

TEST_F(ShopTest, ItsSchemaIsReadBackAndHasAllKinds) {
  const auto schema = ParseTagSchema(WriteTagSchema(ShopSchema()), "shop");
  ASSERT_THAT(schema, IsOk());
  std::set<v1::TagKind> kinds;
  for (const SchemaTag& tag : schema->tags) kinds.insert(tag.tag.kind());
  EXPECT_EQ(kinds.size(), 6u);
  EXPECT_GE(schema->tags.size(), 25u);
}

TEST_F(ShopTest, CompressesByName) {
  ASSERT_THAT(WriteShop({.members = 500, .path = Path("s.csv")}, [](uint64_t) {}), IsOk());
  ASSERT_THAT(WriteShop({.members = 500, .path = Path("s.csv.zst")}, [](uint64_t) {}), IsOk());
  EXPECT_LT(fs::file_size(Path("s.csv.zst")), fs::file_size(Path("s.csv")) / 2);
}

TEST_F(ShopTest, KeepsItsMembersAndMovesOnByDays) {
  const Members today = Generate(20000, 1, kDay);
  const Members tomorrow = Generate(20000, 1, kDay + 1);
  EXPECT_EQ(today.size(), 20000u);
  EXPECT_GT(tomorrow.size(), today.size());
  EXPECT_LT(tomorrow.size(), today.size() + 200);
  size_t changed = 0;
  for (const auto& [id, cells] : today) {
    ASSERT_TRUE(tomorrow.contains(id));
    const auto& later = tomorrow.at(id);
    for (const char* fixed :
         {"gender", "birth_date", "city", "interests", "registered_on", "first_app_open"}) {
      ASSERT_EQ(cells.at(fixed), later.at(fixed)) << id << " " << fixed;
    }
    double before = 0, after = 0;
    ASSERT_TRUE(absl::SimpleAtod(cells.at("order_amount"), &before));
    ASSERT_TRUE(absl::SimpleAtod(later.at("order_amount"), &after));
    ASSERT_LE(before, after) << id;
    changed += cells.at("last_seen") != later.at("last_seen");
  }
  EXPECT_GT(changed, today.size() / 50);
  EXPECT_LT(changed, today.size() / 2);
}

TEST_F(ShopTest, EarlierDaysHaveFewerMembers) {
  const Members today = Generate(2000, 3, kDay);
  const Members before = Generate(2000, 3, kDay - 200);
  EXPECT_LT(before.size(), today.size());
  EXPECT_GT(before.size(), today.size() / 3);
  for (const auto& [id, cells] : before) EXPECT_LE(cells.at("last_seen").substr(0, 10), "2025-07-15") << id;
}

TEST_F(ShopTest, HasCorrelationsToFindAgain) {
  const Members members = Generate(20000, 1, kDay);
  std::map<std::string, std::pair<int, int>> beauty;  // gender → with the interest, all
  std::map<bool, std::pair<double, int>> spent;       // in a city of the first tier → sum, members
  size_t without_gender = 0;
  for (const auto& [id, cells] : members) {
    auto& [with, all] = beauty[cells.at("gender")];
    with += absl::StrContains(cells.at("interests"), "美妆:");
    ++all;
    double amount = 0;
    ASSERT_TRUE(absl::SimpleAtod(cells.at("order_amount"), &amount));
    auto& [sum, count] = spent[cells.at("city_tier") == "一线"];
    sum += amount;
    ++count;
    without_gender += cells.at("gender").empty();
  }
  const auto share = [&](const char* gender) {
    return static_cast<double>(beauty.at(gender).first) / beauty.at(gender).second;
  };
  EXPECT_GT(share("女"), 2 * share("男"));
  EXPECT_GT(spent[true].first / spent[true].second, 1.2 * spent[false].first / spent[false].second);
  EXPECT_GT(without_gender, members.size() / 30);
  EXPECT_LT(without_gender, members.size() / 8);
}

TEST_F(ShopTest, RefusesShopsThatCantBe) {
  EXPECT_THAT(WriteShop({.members = 0, .path = Path("x")}, [](uint64_t) {}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(
      WriteShop({.members = 1, .date = absl::CivilDay(1990, 1, 1), .path = Path("x")}, [](uint64_t) {})
          .status(),
      StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(WriteShop({.members = 1, .path = Path("no/such/x")}, [](uint64_t) {}),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST(Cities, AreThreeHundredWithSkew) {
  std::set<std::string> names;
  for (const City& city : Cities()) names.insert(city.name);
  EXPECT_EQ(names.size(), 300u);
  std::map<std::string, int> counts;
  for (int i = 0; i < 100000; ++i) ++counts[CityFor(i / 100000.0).name];
  EXPECT_EQ(counts.size(), 300u);
  const auto fewer = [](const auto& a, const auto& b) { return a.second < b.second; };
  EXPECT_GT(counts["北京"], 30 * std::min_element(counts.begin(), counts.end(), fewer)->second);
}

}  // namespace
}  // namespace muster::loaders

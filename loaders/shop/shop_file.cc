#include "loaders/shop/shop_file.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "loaders/files/output_file.h"
#include "loaders/shop/customer.h"

namespace muster::loaders {
namespace {

const absl::CivilDay kBase(kBaseYear, kBaseMonth, kBaseDay);
constexpr int kMostDays = 3653;
constexpr uint64_t kMostMembers = uint64_t{1} << 32;
constexpr size_t kBlockBytes = 256 << 10;
constexpr int64_t kSecondsOfDay = 86400;
constexpr const char* kTierNames[] = {"", "一线", "新一线", "二线", "三线", "四线及以下"};

// Builds a line of cells; no text of the shop needs quotes.
class Line {
 public:
  explicit Line(std::string& text) : text_(text) {}

  Line& Text(const char* value) {
    Comma();
    if (value != nullptr) text_.append(value);
    return *this;
  }
  Line& Text(const std::string& value) { return Text(value.c_str()); }
  Line& Nothing() { return Text(nullptr); }
  Line& Number(int64_t value) {
    Comma();
    absl::StrAppend(&text_, value);
    return *this;
  }
  // `value` in units of the last of `decimals` digits.
  Line& Decimal(int64_t value, int decimals) {
    Comma();
    AppendDecimal(value, decimals);
    return *this;
  }
  Line& Flag(std::optional<bool> value) {
    return Text(!value.has_value() ? nullptr : (*value ? "true" : "false"));
  }
  Line& Date(int day) {
    Comma();
    AppendDate(day);
    return *this;
  }
  // Seconds since the start of the base day.
  Line& Time(int64_t seconds) {
    const int64_t day =
        seconds >= 0 ? seconds / kSecondsOfDay : -((-seconds + kSecondsOfDay - 1) / kSecondsOfDay);
    const int64_t second = seconds - day * kSecondsOfDay;
    Date(static_cast<int>(day));
    text_.push_back(' ');
    AppendTwo(second / 3600);
    text_.push_back(':');
    AppendTwo(second / 60 % 60);
    text_.push_back(':');
    AppendTwo(second % 60);
    return *this;
  }
  Line& List(const std::vector<const char*>& values) {
    Comma();
    for (size_t i = 0; i < values.size(); ++i) absl::StrAppend(&text_, i == 0 ? "" : "|", values[i]);
    return *this;
  }
  Line& List(const std::vector<Interest>& interests) {
    Comma();
    for (size_t i = 0; i < interests.size(); ++i) {
      absl::StrAppend(&text_, i == 0 ? "" : "|", interests[i].name, ":");
      AppendDecimal(interests[i].weight, 2);
    }
    return *this;
  }
  void End() {
    text_.push_back('\n');
    first_ = true;
  }

 private:
  void Comma() {
    if (!first_) text_.push_back(',');
    first_ = false;
  }
  void AppendTwo(int64_t number) {
    text_.push_back(static_cast<char>('0' + number / 10));
    text_.push_back(static_cast<char>('0' + number % 10));
  }
  void AppendDate(int day) {
    const absl::CivilDay date = kBase + day;
    AppendTwo(date.year() / 100);
    AppendTwo(date.year() % 100);
    text_.push_back('-');
    AppendTwo(date.month());
    text_.push_back('-');
    AppendTwo(date.day());
  }
  void AppendDecimal(int64_t value, int decimals) {
    if (value < 0) text_.push_back('-');
    const std::string digits = absl::StrCat(value < 0 ? -value : value);
    const size_t whole =
        digits.size() > static_cast<size_t>(decimals) ? digits.size() - static_cast<size_t>(decimals) : 0;
    text_.append(whole == 0 ? "0" : digits.substr(0, whole));
    text_.push_back('.');
    text_.append(static_cast<size_t>(decimals) - (digits.size() - whole), '0');
    text_.append(digits, whole);
  }

  std::string& text_;
  bool first_ = true;
};

// One line, with the columns of ShopSchema in their order.
void AppendCustomer(const Customer& customer, Line& line) {
  const City* const city = customer.city;
  line.Text(customer.id).Text(customer.gender);
  customer.birth_day.has_value() ? line.Date(*customer.birth_day) : line.Nothing();
  line.Text(city == nullptr ? "" : city->name)
      .Text(city == nullptr ? "" : city->province)
      .Text(city == nullptr ? "" : kTierNames[city->tier])
      .Text(customer.level)
      .Flag(customer.vip)
      .List(customer.interests)
      .Text(customer.category)
      .List(customer.channels)
      .List(customer.coupons)
      .Text(customer.phone_brand)
      .Text(customer.source)
      .Date(customer.registered_day);
  customer.first_app_open_ms.has_value() ? line.Number(*customer.first_app_open_ms) : line.Nothing();
  line.Time(customer.last_seen_s);
  customer.last_order_day.has_value() ? line.Date(*customer.last_order_day) : line.Nothing();
  line.Number(customer.order_count)
      .Decimal(customer.order_amount, 2)
      .Decimal(customer.order_amount_90d, 2)
      .Number(customer.points);
  customer.balance.has_value() ? line.Decimal(*customer.balance, 2) : line.Nothing();
  customer.return_rate.has_value() ? line.Decimal(*customer.return_rate, 3) : line.Nothing();
  line.Decimal(customer.churn_risk, 2)
      .Flag(customer.has_children)
      .Flag(customer.sms_consent)
      .Flag(customer.email_consent)
      .Flag(customer.push_consent)
      .End();
}

absl::Status CheckRequest(const ShopFile& file) {
  if (file.members < 1 || file.members > kMostMembers) {
    return absl::InvalidArgumentError(
        absl::StrCat("a shop has 1 to ", kMostMembers, " members, not ", file.members));
  }
  const int64_t days = file.date - kBase;
  if (days < -kMostDays || days > kMostDays) {
    return absl::InvalidArgumentError(
        "the shop is open for ten years before and after 2026-01-31: choose a date between");
  }
  return absl::OkStatus();
}

absl::Status WriteSchema(const std::string& path) {
  ASSIGN_OR_RETURN(auto output, OutputFile::Create(path));
  const absl::Status written = output->Write(WriteTagSchema(ShopSchema()));
  return written.ok() ? output->Publish() : written;
}

}  // namespace

absl::StatusOr<uint64_t> WriteShop(const ShopFile& file, const std::function<void(uint64_t)>& on_progress) {
  absl::Status status = CheckRequest(file);
  RETURN_IF_ERROR(status);
  ASSIGN_OR_RETURN(auto output, OutputFile::Create(file.path));
  const Shop shop(file.seed, file.members);
  const int day = static_cast<int>(file.date - kBase);
  std::string block = "member_id";
  for (const SchemaTag& tag : ShopSchema().tags) absl::StrAppend(&block, ",", tag.column);
  block.push_back('\n');
  Line line(block);
  uint64_t written = 0;
  const uint64_t customers = shop.CustomersBy(day);
  for (uint64_t index = 0; index < customers; ++index) {
    const auto customer = shop.CustomerAt(index, day);
    if (!customer.has_value()) continue;
    AppendCustomer(*customer, line);
    ++written;
    if (block.size() < kBlockBytes) continue;
    status = output->Write(block);
    RETURN_IF_ERROR(status);
    block.clear();
    on_progress(written);
  }
  status = output->Write(block);
  if (status.ok()) status = WriteSchema(absl::StrCat(file.path, ".tags.yaml"));
  if (status.ok()) status = output->Publish();
  RETURN_IF_ERROR(status);
  return written;
}

}  // namespace muster::loaders

#include "loaders/shop/cities.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_split.h"

namespace muster::loaders {
namespace {

// Cities by province, the larger ones first.
constexpr struct {
  const char* province;
  const char* cities;
} kProvinces[] = {
    {"北京", "北京"},
    {"上海", "上海"},
    {"天津", "天津"},
    {"重庆", "重庆"},
    {"广东",
     "广州 深圳 东莞 佛山 惠州 珠海 中山 汕头 江门 湛江 茂名 肇庆 揭阳 清远 潮州 梅州 韶关 阳江 河源 汕尾 "
     "云浮"},
    {"江苏", "苏州 南京 无锡 常州 南通 徐州 扬州 盐城 泰州 镇江 淮安 连云港 宿迁"},
    {"浙江", "杭州 宁波 温州 金华 嘉兴 绍兴 台州 湖州 丽水 衢州 舟山"},
    {"山东", "青岛 济南 烟台 潍坊 临沂 济宁 淄博 威海 泰安 德州 聊城 菏泽 滨州 枣庄 日照 东营"},
    {"四川", "成都 绵阳 德阳 南充 宜宾 泸州 乐山 达州 眉山 内江 自贡 遂宁 广安 攀枝花 资阳 广元 雅安 巴中"},
    {"河南", "郑州 洛阳 南阳 新乡 商丘 信阳 周口 安阳 驻马店 许昌 焦作 平顶山 开封 濮阳 三门峡 漯河 鹤壁"},
    {"湖北", "武汉 襄阳 宜昌 荆州 孝感 黄冈 十堰 黄石 荆门 咸宁 恩施 随州 鄂州"},
    {"湖南", "长沙 株洲 岳阳 衡阳 湘潭 常德 郴州 邵阳 益阳 永州 怀化 娄底 湘西 张家界"},
    {"河北", "石家庄 保定 唐山 邯郸 廊坊 沧州 邢台 秦皇岛 张家口 衡水 承德"},
    {"安徽", "合肥 芜湖 阜阳 蚌埠 安庆 滁州 六安 马鞍山 宿州 亳州 宣城 淮南 淮北 铜陵 黄山 池州"},
    {"福建", "厦门 福州 泉州 漳州 莆田 宁德 龙岩 三明 南平"},
    {"江西", "南昌 赣州 九江 上饶 宜春 吉安 抚州 景德镇 萍乡 新余 鹰潭"},
    {"陕西", "西安 咸阳 宝鸡 渭南 榆林 汉中 延安 安康 商洛 铜川"},
    {"辽宁", "沈阳 大连 鞍山 锦州 营口 抚顺 丹东 盘锦 葫芦岛 铁岭 朝阳 辽阳 本溪 阜新"},
    {"黑龙江", "哈尔滨 大庆 齐齐哈尔 牡丹江 佳木斯 绥化 鸡西 双鸭山 鹤岗 黑河 伊春 七台河"},
    {"吉林", "长春 吉林 延边 四平 通化 松原 白城 白山 辽源"},
    {"山西", "太原 大同 运城 临汾 晋中 长治 吕梁 晋城 忻州 阳泉 朔州"},
    {"云南", "昆明 曲靖 大理 红河 玉溪 西双版纳 昭通 楚雄 保山 文山 普洱 丽江 临沧 德宏"},
    {"贵州", "贵阳 遵义 毕节 黔南 黔东南 铜仁 安顺 六盘水 黔西南"},
    {"广西", "南宁 柳州 桂林 玉林 梧州 北海 百色 钦州 贵港 河池 防城港 来宾 贺州 崇左"},
    {"海南", "海口 三亚 儋州"},
    {"甘肃", "兰州 天水 庆阳 酒泉 白银 武威 平凉 张掖 定西 陇南"},
    {"内蒙古", "呼和浩特 包头 赤峰 鄂尔多斯 通辽 呼伦贝尔 巴彦淖尔 乌兰察布 锡林郭勒 乌海"},
    {"新疆", "乌鲁木齐 伊犁 昌吉 喀什 阿克苏 巴音郭楞 石河子 克拉玛依 哈密"},
    {"宁夏", "银川 石嘴山 吴忠 中卫"},
    {"青海", "西宁 海东"},
    {"西藏", "拉萨 日喀则"},
};

constexpr const char* kTierOne = "北京 上海 广州 深圳";
constexpr const char* kTierTwo = "成都 杭州 重庆 苏州 武汉 西安 南京 长沙 天津 郑州 东莞 青岛 昆明 宁波 合肥";
constexpr const char* kTierThree =
    "佛山 沈阳 无锡 济南 厦门 福州 温州 金华 哈尔滨 大连 贵阳 南宁 泉州 石家庄 长春 南昌 惠州 常州 嘉兴 徐州 "
    "南通 "
    "太原 保定 珠海 中山 兰州 临沂 潍坊 烟台 绍兴";
constexpr int kTierFourPerProvince = 4;
constexpr size_t kCities = 300;
// The relative weight of a city of each tier.
constexpr double kWeights[] = {0, 36, 12, 5, 2, 0.8};

using Names = std::set<std::string>;

Names Split(const char* names) { return absl::StrSplit(names, ' '); }

std::vector<City> MakeCities() {
  const Names one = Split(kTierOne), two = Split(kTierTwo), three = Split(kTierThree);
  std::vector<City> cities;
  for (const auto& entry : kProvinces) {
    int in_tier_four = 0;
    const std::vector<std::string> names = absl::StrSplit(entry.cities, ' ');
    for (const std::string& name : names) {
      int tier = 5;
      if (one.contains(name)) {
        tier = 1;
      } else if (two.contains(name)) {
        tier = 2;
      } else if (three.contains(name)) {
        tier = 3;
      } else if (in_tier_four++ < kTierFourPerProvince) {
        tier = 4;
      }
      cities.push_back({name, entry.province, tier});
    }
  }
  // Some small cities of the last provinces are left out.
  std::stable_sort(cities.begin(), cities.end(),
                   [](const City& a, const City& b) { return a.tier < b.tier; });
  cities.resize(kCities);
  return cities;
}

// For each city, the share of members who live in it or in one before it.
std::vector<double> CumulativeShares() {
  std::vector<double> shares;
  double sum = 0;
  for (const City& city : Cities()) shares.push_back(sum += kWeights[city.tier]);
  for (double& share : shares) share /= sum;
  return shares;
}

}  // namespace

const std::vector<City>& Cities() {
  static const std::vector<City>& cities = *new std::vector<City>(MakeCities());
  return cities;
}

const City& CityFor(double roll) {
  static const std::vector<double>& shares = *new std::vector<double>(CumulativeShares());
  const auto found = std::upper_bound(shares.begin(), shares.end(), roll);
  return Cities()[std::min<size_t>(static_cast<size_t>(found - shares.begin()), Cities().size() - 1)];
}

}  // namespace muster::loaders

"""Words for what was asked of the map, as the audit trail tells it."""

MAP_FIELD = {
    "tu": "Từ ngày",
    "den": "Đến ngày",
    "chuong-trinh": "Chương trình",
    "don-vi": "Đơn vị",
    "tuyen": "Tuyến",
    "luc-luong": "Lực lượng",
    "thang": "Tháng",
    "chu-tri": "Đơn vị chủ trì",
    "routes": "Số vết đi",
}

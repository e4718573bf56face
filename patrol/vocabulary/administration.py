"""Keeping the register: kinds of areas and units, what came after what, and why something can't be written down."""

AREA_KIND = {
    "province": "Tỉnh, thành phố",
    "district": "Quận, huyện, thị xã (đến 30/6/2025)",
    "ward": "Phường",
    "commune": "Xã",
    "special_zone": "Đặc khu",
}
UNIT_KIND = {
    "commune_military_command": "Ban CHQS phường, xã",
    "area_defence_command": "Ban chỉ huy phòng thủ khu vực",
    "district_military_command": "Ban CHQS cấp huyện (đến 30/6/2025)",
    "provincial_military_command": "Bộ CHQS tỉnh, thành phố",
    "commune_police": "Công an phường, xã",
    "district_police": "Công an cấp huyện (đến 28/02/2025)",
    "provincial_police": "Công an tỉnh, thành phố",
    "border_post": "Đồn Biên phòng",
    "border_command": "Ban, Bộ Chỉ huy Bộ đội Biên phòng",
    "coast_guard": "Cảnh sát biển",
    "people_committee": "Uỷ ban nhân dân",
    "other_unit": "Đơn vị của lực lượng khác",
}
SUCCESSION = {
    "renamed": "Đổi tên",
    "merged_into": "Sáp nhập",
    "split_into": "Chia tách",
    "duties_to": "Chuyển nhiệm vụ (đơn vị cũ chưa kết thúc)",
}
LINK = {
    "superior": "Cấp trên",
    "subordinate": "Đơn vị cấp dưới",
    "jurisdiction": "Phụ trách địa bàn",
    "granted": "Được xem địa bàn",
    "lies_in": "Nằm trong địa bàn",
    "holds_stretch": "Có tuyến",
}
CALENDAR_KIND = {"year": "Năm", "half_year": "6 tháng", "quarter": "Quý", "nine_months": "9 tháng"}
STANDS = {"holds_now": "Đang dùng", "to_come": "Sắp có hiệu lực", "held_before": "Đã kết thúc"}
SETTING = {
    "joint_min_forces": "Số lực lượng ít nhất của một lượt phối hợp",
    "militia_in_personnel": "Dân quân tính trong lượt cán bộ, chiến sĩ",
    "keep_tracks_months": "Thời hạn giữ tệp GPX và các điểm của vết đi",
    "keep_photos_months": "Thời hạn giữ ảnh",
}
SETTING_VALUE = {
    "2": "2 lực lượng", "3": "3 lực lượng", "no": "không", "yes": "có",
    **{months: f"{months} tháng" for months in ("6", "12", "18", "24", "36", "60")},
}  # fmt: skip
REGISTER_FIELD = {
    "register_kind": "Loại",
    "code": "Mã",
    "valid_from": "Từ ngày",
    "valid_to": "Đến hết ngày",
    "position": "Thứ tự",
    "force_code": "Lực lượng",
    "is_hotspot": "Trọng điểm",
    "parent_id": "Thuộc địa bàn số",
    "from_km": "Từ km",
    "to_km": "Đến km",
    "line": "Đường trên bản đồ",
    "group_name": "Nhóm",
    "measures": "Đơn vị tính",
    "legal_note": "Ghi chú pháp lý",
    "start_day": "Ngày đầu kỳ",
    "start_month": "Tháng đầu kỳ",
    "starts_year_before": "Bắt đầu từ năm trước",
    "successor": "Kế tục bởi",
    "succession": "Cách",
    "link": "Gắn với",
    "setting": "Quy định",
}
ACTION_REGISTER = {
    "register.added": "Thêm vào danh mục",
    "register.corrected": "Sửa danh mục",
    "register.ended": "Kết thúc trong danh mục",
    "register.succeeded": "Ghi kế tục",
    "register.linked": "Gắn cấp trên, địa bàn",
    "register.unlinked": "Đổi ngày kết thúc của cấp trên, địa bàn",
    "register.loaded": "Nạp danh mục từ tệp",
    "setting.set": "Đặt quy định",
}
REGISTER_REFUSAL = {
    "name_taken": "Đã có mục mang đúng tên này trong khoảng ngày đó. Hãy mở mục đang có, hoặc ghi tên cho khác.",
    "code_taken": "Mã này đã có. Hãy dùng mã khác, hoặc mở mục đang có để sửa.",
    "code_taken_then": "Mã này đã có hiệu lực trong khoảng ngày đó. Mỗi ngày một mã chỉ có một nghĩa.",
    "not_a_code": "Mã chỉ gồm chữ thường không dấu, chữ số và dấu gạch, ví dụ ca_phuong_moi.",
    "fixed_by_records": "Đã có bản ghi dùng mục này nên không sửa được; sửa sẽ làm đổi số liệu cũ. Hãy lập mục kế tục.",
    "fixed_version": "Không sửa được tại chỗ: số liệu cũ dựa vào mục này. Hãy lập phiên bản mới từ một ngày.",
    "has_successor": "Đã có mục kế tục từ ngày đó. Mục cũ phải kết thúc trước.",
    "since_before_predecessor": "Ngày này không sau ngày bắt đầu của mục cũ. Hãy xem lại ngày.",
    "since_outside_successor": "Ngày này nằm ngoài thời gian có hiệu lực của mục kế tục. Hãy xem lại ngày.",
    "succession_circle": "Như vậy mục này sẽ kế tục chính nó theo vòng. Hãy chọn lại.",
    "succeeded_already": "Đã ghi kế tục rồi. Hãy xem phần Trước và sau.",
    "one_version_before": "Phiên bản mới chỉ thay một mục. Hãy chọn một mục.",
    "parent_circle": "Như vậy mục này sẽ nằm dưới chính nó. Hãy chọn lại.",
    "link_outside": "Một trong hai bên không có hiệu lực suốt thời gian đó. Hãy xem lại ngày.",
    "link_later": "Đã ghi một liên kết bắt đầu muộn hơn ngày đó. Hãy kết thúc liên kết đó trước, hoặc xem lại ngày.",
    "linked_already": "Đã ghi rồi cho khoảng ngày đó. Hãy đổi ngày kết thúc ở dòng đang có.",
    "measures_lost": "Đơn vị tính cũ phải giữ nguyên và đứng trước, nếu không số liệu các năm trước sẽ mất. "
    "Muốn đếm khác hẳn, hãy kết thúc loại này và lập loại mới.",
    "measures_told_otherwise": "Đã có phát hiện ghi từ ngày đó theo cách tính cũ. Hãy chọn ngày bắt đầu muộn hơn.",
    "changes_told_figures": "Đã có lượt tuần tra được tính từ ngày đó; đổi quy định sẽ làm đổi số đã báo cáo. "
    "Hãy chọn một ngày chưa đến.",
    "term_begins_already": "Thời hạn giữ chỉ đổi được từ ngày mai, để không tệp nào mất ngay đêm nay. "
    "Hãy chọn một ngày chưa đến.",
    "not_a_point": "Có dòng không phải toạ độ. Mỗi dòng ghi vĩ độ; kinh độ, ví dụ 15,9642; 108,2913.",
    "too_few_points": "Cần ít nhất hai điểm.",
    "points_swapped": "Vĩ độ và kinh độ bị ghi ngược. Hãy ghi vĩ độ trước, ví dụ 15,9642; 108,2913.",
    "points_elsewhere": "Có điểm nằm ngoài vùng biển Việt Nam. Hãy xem lại toạ độ.",
    "line_too_short": "Đường này ngắn hơn 50 m. Hãy xem lại các điểm.",
    "line_too_long": "Đường này dài hơn 300 km hoặc quá gấp khúc. Hãy chia thành nhiều tuyến.",
    "km_not_rising": "Km phải tăng dần từ đầu đến cuối tuyến.",
    "km_off_line": "Km này nằm ngoài tuyến đã chọn.",
    "km_off_measure": "Km ghi khác xa chiều dài đo theo toạ độ. Hãy xem lại đơn vị (km, không phải m).",
    "not_in_list": "Không có trong danh sách. Hãy chọn trong danh sách của ô.",
    "unknown_column": "Không biết cột này. Hãy giữ nguyên tên các cột của tệp mẫu.",
    "unknown_code": "Không có mã này trong danh mục, cũng không có trong tệp.",
    "row_above_failed": "Dòng khai báo mã này đang có lỗi. Hãy sửa dòng đó trước.",
    "row_twice": "Mục này đã được ghi ở một dòng trên.",
    "km_all_or_none": "Có điểm ghi km, có điểm không. Hãy ghi km cho mọi điểm của tuyến, hoặc để trống cả.",
    "no_line_to_cut": "Tuyến này chưa có đường trên bản đồ nên không cắt được đoạn nào.",
    "no_administrator": "Chưa có tài khoản quản trị nào. Hãy ghi ít nhất một.",
}
LOADED = {
    "row_added": "thêm mới",
    "row_changed": "đã có, sửa theo tệp",
    "row_same": "đã có, giữ nguyên",
    "row_kept": "đã có và khác tệp; giữ nguyên, muốn đổi thì sửa trên trang",
}

REGISTER_CODE = AREA_KIND | UNIT_KIND | SUCCESSION | CALENDAR_KIND | SETTING | {"no": "không", "yes": "có"}
REGISTER_WORD = REGISTER_CODE | LINK | STANDS | SETTING_VALUE | LOADED

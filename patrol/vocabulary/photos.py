"""Words for photos: why a file isn't kept as one, and what becomes of one that is."""

PHOTO = {
    # why a file is not kept
    "photo_empty": "Tệp rỗng. Hãy chọn lại ảnh.",
    "photo_too_big": "Ảnh quá nặng. Hãy gửi ảnh nhẹ hơn.",
    "photo_too_many_pixels": "Ảnh quá lớn. Hãy chụp ở cỡ thường rồi gửi lại.",
    "photo_heic": "Ảnh HEIC, chỗ này không đọc được. Trên iPhone: Cài đặt → Camera → Định dạng → Tương thích nhất.",
    "photo_not_a_photo": "Đây không phải ảnh JPEG hay PNG.",
    "photo_broken": "Tệp ảnh bị hỏng hoặc bị cụt. Hãy chọn lại ảnh gốc trên máy.",
    "photo_too_many": "Quá nhiều ảnh: mỗi lần gửi nhiều nhất 10 ảnh, mỗi lượt giữ nhiều nhất 40.",
    "photo_unreadable": "Hệ thống không đọc được ảnh này, lỗi đã được ghi lại. Hãy giữ ảnh và báo cho quản trị.",
    "no_photo_chosen": "Chưa chọn ảnh nào. Hãy chọn ảnh rồi gửi lại.",
    # what became of one
    "photo_stored": "Đã nhận.",
    "photo_already_stored": "Đã có từ trước; không ghi thêm lần nữa.",
    "photo_withdrawn": "Ảnh này đã rút khỏi lượt nên không nhận lại.",
}
PHOTO_ACTION = {
    "photo.kept": "Gửi ảnh",
    "photo.refused": "Ảnh không nhận được",
    "photo.viewed": "Xem ảnh chỉ dành cho chỉ huy",
    "photo.withdrawn": "Rút ảnh",
    "photo.guarded": "Đổi ảnh thành chỉ chỉ huy xem",
    "photo.released": "Cho mọi người xem ảnh",
}
PHOTO_FIELD = {"is_clean": "Không có người, giấy tờ, vũ khí"}

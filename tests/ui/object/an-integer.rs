use trackplan::track;

fn main() {
    track!("image_cropped", crop_area = 3);
}
